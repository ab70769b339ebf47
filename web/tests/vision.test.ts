import { expect, it } from "vitest";
import { newModel } from "../src/pages/vision/prompt";

it("a mood goes into a model of the player's own, under a name that is free", () => {
  expect(newModel("fields", ["fields"])).toBe("my-fields");
  expect(newModel("fields", ["fields", "my-fields"])).toBe("my-fields-2");
  expect(newModel("my-fields", ["my-fields"])).toBe("my-fields-2");
  expect(newModel("my-fields-2", ["my-fields", "my-fields-2"])).toBe("my-fields-3");
});
