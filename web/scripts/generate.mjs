// Writes src/generated/api.ts and wire.ts from openapi.json and wire.json, which lie beside them.
// With --check it writes nothing and fails when one is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const FOLDER = new URL("../src/generated/", import.meta.url);
const GETTERS = { B: "Uint8", H: "Uint16", I: "Uint32", f: "Float32", d: "Float64" };
const ARRAYS = { float32: "Float32Array", uint8: "Uint8Array" };
const PLAIN = { integer: "number", number: "number", string: "string", boolean: "boolean" };

const read = (name) => readFileSync(new URL(name, FOLDER), "utf8");
const capital = (name) => name[0].toUpperCase() + name.slice(1);

/** Exported TypeScript types of a table of pydantic's JSON schemas. */
async function types(schemas) {
  const text = JSON.stringify(schemas)
    .replaceAll(/#\/(components\/schemas|\$defs)\//g, "#/definitions/")
    // A model whose sent form may leave more out has both forms.
    .replaceAll('-Input"', 'Input"')
    .replaceAll('-Output"', '"');
  const definitions = JSON.parse(text, (_, value) => {
    if (value?.properties) {
      // A discriminator has a default and is always sent.
      const sure = Object.keys(value.properties).filter((key) => "const" in value.properties[key]);
      value.required = [...new Set([...(value.required ?? []), ...sure])];
    }
    if (value?.prefixItems) {
      const items = value.prefixItems;
      return { type: "array", items, minItems: items.length, maxItems: items.length };
    }
    if (value?.type === "array") return { ...value, minItems: undefined, maxItems: undefined };
    if (value?.patternProperties) {
      const [inner] = Object.values(value.patternProperties);
      return { ...value, patternProperties: undefined, additionalProperties: inner };
    }
    return value;
  });
  const root = { type: "object", additionalProperties: false, definitions };
  const made = await compile(JSON.parse(JSON.stringify(root)), "Root", {
    additionalProperties: false,
    bannerComment: "",
    unreachableDefinitions: true,
    style: { printWidth: 100 },
  });
  // The compiler tells where a type was referenced from; here all are from one table.
  return made
    .replace("export interface Root {}\n", "")
    .replaceAll(/( *\*\n)? *\* This interface was referenced by .*\n.*via the .*\n/g, "")
    .replaceAll(/ *\/\*+\s*\*\/\n/g, "");
}

/** One function of the client; types that have no name yet are added to `schemas`. */
function clientFunction(path, method, operation, schemas) {
  const id = operation.operationId;
  const named = (schema, what) => {
    if (schema.$ref) return schema.$ref.split("/").pop().replace("-Input", "Input").replace("-Output", "");
    schemas[capital(id) + what] = schema;
    return capital(id) + what;
  };
  const found = (place) => (operation.parameters ?? []).filter((one) => one.in === place);
  const [inside, asked] = [found("path"), found("query")];
  const route = path.replaceAll(/\{(\w+)\}/g, "${encodeURIComponent($1)}");
  const takes = inside.map((one) => `${one.name}: ${PLAIN[one.schema.type]}`);
  const sends = [];
  const body = operation.requestBody?.content;
  if (body) {
    const json = body["application/json"];
    takes.push(`body: ${json ? named(json.schema, "Body") : "Blob"}`);
    sends.push(json ? "json: body" : "blob: body");
  }
  if (asked.length) {
    const required = asked.filter((one) => one.required).map((one) => one.name);
    const properties = Object.fromEntries(asked.map((one) => [one.name, one.schema]));
    const query = named({ type: "object", properties, required }, "Query");
    takes.push(`query: ${query}${required.length ? "" : " = {}"}`);
    sends.push("query: { ...query }");
  }
  const [status, answer] = Object.entries(operation.responses).find(([code]) => code[0] === "2");
  const content = answer.content?.["application/json"];
  const summary = operation.summary ? `  /** ${operation.summary.replaceAll("``", "`")} */\n` : "";
  if (!content && status !== "204") {
    // A file or a stream: the page gives its address to an element.
    const query = asked.length ? ", { ...query }" : "";
    return `${summary}  ${id}Url: (${takes.join(", ")}): string => address(\`${route}\`${query}),`;
  }
  const type = content ? named(content.schema, "Answer") : "void";
  const call = `request<${type}>("${method.toUpperCase()}", \`${route}\`, { ${[...sends, "signal"].join(", ")} })`;
  return `${summary}  ${id}: (${[...takes, "signal?: AbortSignal"].join(", ")}) =>\n    ${call},`;
}

async function api(document) {
  const schemas = { ...document.components.schemas };
  const functions = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => clientFunction(path, method, one, schemas)),
  );
  return [
    "// Written by npm run generate from openapi.json.",
    'import { address, request } from "../app/request";',
    'export { ApiError } from "../app/request";\n',
    await types(schemas),
    `export const api = {\n${functions.join("\n")}\n};\n`,
  ].join("\n");
}

function frameReader({ frames, header_bytes }) {
  const cases = frames.map(({ name, tag, fields, payload }) => {
    const numbers = fields.map(
      (one) => `        ${one.name}: head.get${GETTERS[one.kind]}(${one.offset}${one.kind === "B" ? "" : ", true"}),`,
    );
    return [
      `    case ${tag}:\n      return {\n        kind: "${name}",`,
      ...numbers,
      `        payload: new ${ARRAYS[payload]}(message, ${header_bytes}),\n      };`,
    ].join("\n");
  });
  const names = frames.map(({ name }) => capital(name)).join(" | ");
  return `/** A binary frame, or null for one of a kind that this page does not know. */
export function readFrame(message: ArrayBuffer): ${names} | null {
  if (message.byteLength < ${header_bytes}) return null;
  const head = new DataView(message);
  switch (head.getUint8(0)) {
${cases.join("\n")}
    default:
      return null;
  }
}
`;
}

async function wire(document) {
  const frames = document.frames.map(({ name, fields, payload, layout }) =>
    [
      `/** A binary frame; its payload is ${layout}. */\nexport interface ${capital(name)} {`,
      `  kind: "${name}";`,
      ...fields.map((one) => `  /** ${one.meaning} */\n  ${one.name}: number;`),
      `  payload: ${ARRAYS[payload]};\n}\n`,
    ].join("\n"),
  );
  const { constants, close_codes } = document;
  return [
    "// Written by npm run generate from wire.json.",
    ...Object.entries(constants).map(([name, value]) => `export const ${name} = ${value};`),
    `\nexport const CloseCode = ${JSON.stringify(close_codes, null, 2)} as const;\n`,
    await types(document.schemas),
    ...frames,
    frameReader(document),
  ].join("\n");
}

const stale = [];
for (const [name, text] of [
  ["api.ts", await api(JSON.parse(read("openapi.json")))],
  ["wire.ts", await wire(JSON.parse(read("wire.json")))],
]) {
  if (read(name) === text) continue;
  stale.push(name);
  if (!process.argv.includes("--check")) writeFileSync(new URL(name, FOLDER), text);
}
if (process.argv.includes("--check") && stale.length) {
  console.error(`${stale.join(", ")} in src/generated stale: npm run generate`);
  process.exit(1);
}
