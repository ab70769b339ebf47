/** Which pages of the docs the studio serves, in the order that it lists them. */
export const GROUPS: { title: string; pages: string[] }[] = [
  { title: "Start", pages: ["start-five-minutes", "start-your-face", "start-your-sounds", "start-vj-set", "start-daw-and-osc"] },
  {
    title: "Playing",
    pages: ["studio", "face", "texture", "notes", "vision", "voice", "moods", "flash-safety", "shaders", "senses-of-sound", "living-spectrogram", "pictures-and-video", "osc"],
  },
  { title: "Instruments of your own", pages: ["recipes", "bundles", "import", "data", "training", "evaluation", "parts"] },
  {
    title: "Coming from",
    pages: ["coming-from", "from-facial-acoustics", "from-audio-stylegan", "from-stylegan3-spout", "from-voicetoimg", "from-nsynth", "from-autolume", "from-rave"],
  },
  { title: "Facts", pages: ["reference-commands", "reference-parts", "measured", "engines"] },
];
