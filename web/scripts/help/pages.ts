/** Which pages of the docs the studio serves, in the order that it lists them. */
export const GROUPS: { title: string; pages: string[] }[] = [
  {
    title: "Playing",
    pages: ["studio", "face", "texture", "notes", "vision", "voice", "moods", "flash-safety", "shaders", "senses-of-sound", "living-spectrogram", "pictures-and-video", "osc"],
  },
  { title: "Instruments of your own", pages: ["recipes", "bundles", "import", "data", "training", "evaluation", "parts"] },
  { title: "Facts", pages: ["measured", "engines"] },
];
