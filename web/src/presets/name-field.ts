/** Of a field for a preset's name, which has more than spaces. */
export const NAME_FIELD = { required: true, pattern: ".*\\S.*", title: "Give it a name", maxLength: 80 } as const;
