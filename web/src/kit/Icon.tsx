/** The studio's signs: 24 units square, drawn as strokes of one weight. */
const STROKES = {
  left: "M14.5 5.5 8 12l6.5 6.5",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  down: "M6 9.500l6 6 6-6",
  heart: "M12 19.500C8 16.6 4.5 13.5 4.5 9.700A4 4 0 0 1 12 7.800a4 4 0 0 1 7.5 1.900c0 3.8-3.5 6.9-7.5 9.800z",
  search: "M17 11a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM15.5 15.5 20 20",
  screen: "M3.5 5h17v11.500h-17zM9 20h6M12 16.500V20",
  stage: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  help: "M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.6 9.500a2.4 2.4 0 1 1 3.5 2.100c-.8.4-1.1 1-1.1 1.900M12 16.700v.1",
  menu: "M4 7h16M4 12h16M4 17h16",
  undo: "M8.5 4.5 5 8l3.5 3.500M5 8h9.500a4.75 4.75 0 0 1 0 9.500H10",
  redo: "M15.5 4.5 19 8l-3.5 3.500M19 8H9.500a4.75 4.75 0 0 0 0 9.500H14",
  dice: "M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM8.5 8.500v.1M15.5 8.500v.1M12 12v.1M8.5 15.500v.1M15.5 15.500v.1",
  share: "M12 15V4M8 8l4-4 4 4M5 13v6.500h14V13",
  freeze: "M12 3v18M4.2 7.500l15.6 9M19.8 7.500l-15.6 9",
  colours: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  zoom: "M17 11a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM15.5 15.5 20 20M8.5 11h5M11 8.500v5",
  view: "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0zM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM12 4v5M12 15v5",
  lfo: "M2.5 12c2.5-7.5 5.5-7.5 8 0s5.5 7.5 8 0c.9-2.7 2-4.4 3-5",
  hand: "M4 18C8 4 13.5 20 19 6.800M21 5.500a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0z",
  sound: "M4 10.500v3M8 7v10M12 4v16M16 8v8M20 10.500v3",
  face: "M12 3.500c4.3 0 7 2.9 7 7.200S15.8 20.5 12 20.5 5 15 5 10.700s2.7-7.2 7-7.200zM9 10.200v.1M15 10.200v.1M9.3 15.200c1.6 1.1 3.8 1.1 5.4 0",
  keys: "M3.5 5h17v14h-17zM9 5v8M15 5v8M9 19v-6M15 19v-6",
  mic: "M12 3.500a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM6 11.500a6 6 0 0 0 12 0M12 17.500v3",
  file: "M7 3.500h7l4 4v13H7zM14 3.500v4h4",
  loop: "M5 12a5 5 0 0 1 5-5h8.500M15.5 4l3 3-3 3M19 12a5 5 0 0 1-5 5H5.500M8.5 20l-3-3 3-3",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  check: "M5 12.500l4.5 4.500L19 7.5",
  close: "M6 6l12 12M18 6 6 18",
  volume: "M4 9.500v5h3.500l4.5 4v-13l-4.5 4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11",
  arrow: "M4 12h15M14 7l5 5-5 5",
  plus: "M12 6v12M6 12h12",
  pin: "M9 4h6l-.7 6 3.2 3.500H6.500L9.7 10zM12 13.500V20",
} as const;

const SOLID = {
  play: "M7.5 4.500v15l12-7.500z",
  stop: "M7.5 6h9A1.5 1.5 0 0 1 18 7.500v9a1.5 1.5 0 0 1-1.5 1.500h-9A1.5 1.5 0 0 1 6 16.500v-9A1.5 1.5 0 0 1 7.5 6z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  loved: "M12 19.500C8 16.6 4.5 13.5 4.5 9.700A4 4 0 0 1 12 7.800a4 4 0 0 1 7.5 1.900c0 3.8-3.5 6.9-7.5 9.800z",
} as const;

export type Sign = keyof typeof STROKES | keyof typeof SOLID;

export function Icon({ sign, size = 18 }: { sign: Sign; size?: number }) {
  const solid = sign in SOLID;
  return (
    <svg
      className={solid ? "icon solid" : "icon"}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={solid ? SOLID[sign as keyof typeof SOLID] : STROKES[sign as keyof typeof STROKES]} />
    </svg>
  );
}

/** The studio's own mark: five bars of a sound. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M3 10v4M7.5 6v12M12 3v18M16.5 7.500v9M21 10.500v3" />
    </svg>
  );
}
