/** The few signs that the studio uses, drawn here. */
const SIGNS = {
  play: "M7 5l12 7-12 7z",
  stop: "M6 6h12v12H6z",
  record: "M12 6a6 6 0 1 0 0 12a6 6 0 1 0 0-12z",
  undo: "M9 7L4 12l5 5v-3.5h5a3.5 3.5 0 0 1 0 7h-3v2h3a5.5 5.5 0 0 0 0-11H9z",
  redo: "M15 7l5 5-5 5v-3.5h-5a3.5 3.5 0 0 0 0 7h3v2h-3a5.5 5.5 0 0 1 0-11h5z",
  dice: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 3.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3zm8 0a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3zm-4 4a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3zm-4 4a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3zm8 0a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3z",
  share: "M14 4h6v6h-2V7.4l-7.3 7.3-1.4-1.4L16.6 6H14zM4 6h7v2H6v10h10v-5h2v7H4z",
  presets: "M5 4h14v2H5zm0 5h14v2H5zm0 5h9v2H5zm0 5h9v2H5z",
  screen: "M3 5h18v12H3zm2 2v8h14V7zm3 12h8v2H8z",
  sun: "M12 7a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM11 1h2v3h-2zm0 19h2v3h-2zM1 11h3v2H1zm19 0h3v2h-3zM4 5.4L5.4 4l2 2L6 7.4zM16.600 18L18 16.600l2 2L18.600 20zM4 18.600l2-2L7.400 18l-2 2zM16.600 6l2-2L20 5.400l-2 2z",
  like: "M2 10h4v11H2zM8 21h9.500a2 2 0 0 0 2-1.600l1.400-7A2 2 0 0 0 19 10h-5l.8-4.200A2 2 0 0 0 11.300 4.200L8 10z",
  more: "M5 10a2 2 0 1 0 0 4a2 2 0 1 0 0-4zm7 0a2 2 0 1 0 0 4a2 2 0 1 0 0-4zm7 0a2 2 0 1 0 0 4a2 2 0 1 0 0-4z",
} as const;

export type Sign = keyof typeof SIGNS;

export function Icon({ sign }: { sign: Sign }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SIGNS[sign]} fillRule="evenodd" />
    </svg>
  );
}
