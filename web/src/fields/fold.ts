/** Runs a fold: from a place w to the packet that the shaders draw. */
import { readOnnx, type Step } from "./onnx";
import { OPERATORS, type Operator } from "./operators";
import { tensor, type Tensor } from "./tensor";

export class Fold {
  private readonly known: Map<string, Tensor>;
  private readonly steps: [Step, Operator][] = [];
  private readonly takes: string;
  private readonly gives: string;

  /** @param onnx a network of one input, w [1, n], and one output, packet [1, m].
   * @throws Error when it is none, or has operators that are not known here. */
  constructor(onnx: Uint8Array) {
    const graph = readOnnx(onnx);
    this.known = graph.constants;
    const moving = graph.inputs.filter((name) => !graph.constants.has(name));
    if (moving.length !== 1 || graph.outputs.length !== 1) throw new Error("a fold has one input and one output");
    this.takes = moving[0]!;
    this.gives = graph.outputs[0]!;
    for (const step of graph.steps) {
      const operator = Object.hasOwn(OPERATORS, step.operator) ? OPERATORS[step.operator] : undefined;
      if (!operator) throw new Error(`a fold's operator ${step.operator} is not known here`);
      // What does not depend on w is computed once.
      if (step.inputs.every((name) => !name || this.known.has(name))) this.run(step, operator, this.known);
      else this.steps.push([step, operator]);
    }
  }

  /** The packet of a place. */
  of(w: Float32Array): Float32Array {
    const known = new Map(this.known);
    known.set(this.takes, tensor([1, w.length], w));
    for (const [step, operator] of this.steps) this.run(step, operator, known);
    return known.get(this.gives)!.data;
  }

  private run(step: Step, operator: Operator, known: Map<string, Tensor>): void {
    const inputs = step.inputs.map((name) => (name ? known.get(name) : undefined));
    known.set(step.outputs[0]!, operator(inputs, step.attributes));
  }
}
