/** Presets, recipes and models as one file. */
export const SET_SUFFIX = ".resonance-set";

export const isSet = ({ name }: { name: string }) => name.toLowerCase().endsWith(SET_SUFFIX);
