export { loadFields, type FieldsWeights } from "./load";
export { FieldsPainter, type FieldsCanvas } from "./painter";
