/** The docs in the studio: opened, searched, followed, without a network. */
import { expect, SOON, test, visit } from "./studio";

test("the help is opened, searched, and its links are followed", { tag: "@ci" }, async ({ entered: page }) => {
  await visit(page, "Help");
  const text = page.getByRole("article");
  await expect(text.getByRole("heading", { level: 2, name: "The studio" })).toBeVisible(SOON);

  await page.getByRole("searchbox", { name: "Find in the help" }).fill("build pages");
  await page.getByRole("navigation", { name: "Help pages" }).getByRole("link", { name: /Building the pages/ }).click();
  await expect(page).toHaveURL(/\/help\/studio#building-the-pages$/);
  const heading = text.getByRole("heading", { name: "Building the pages" });
  await expect(heading).toBeInViewport();
  await expect(heading).toBeFocused();

  // A link in the text leads to another page, and Back leads back.
  await page.getByRole("searchbox").fill("");
  await page.getByRole("navigation", { name: "Help pages" }).getByRole("link", { name: "The face instrument" }).click();
  await text.getByRole("link", { name: "recipes.md" }).or(text.locator('a[href="/help/recipes"]')).first().click();
  await expect(text.getByRole("heading", { level: 2, name: "Writing a recipe" })).toBeVisible();
  await page.goBack();
  await expect(text.getByRole("heading", { level: 2, name: "The face instrument" })).toBeVisible();

  await page.getByRole("searchbox").fill("zzzz");
  await expect(page.getByText("Nothing found: try another word")).toBeVisible();
});

test("a panel leads to its part of the help, and no request leaves the machine", async ({ entered: page, context }) => {
  // Names are not looked up and nothing but this machine is reached.
  await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
  await visit(page, "Jobs");
  await page.getByRole("link", { name: "Help: Train a model" }).click();
  await expect(page.getByRole("article").getByRole("heading", { level: 2, name: "Training" })).toBeVisible(SOON);
  await page.goto(new URL("/help/nothing-here", page.url()).href);
  await expect(page.getByRole("alert")).toContainText('There is no help page "nothing-here"');
});

test("a damaged link opens its page at the begin", async ({ entered: page }) => {
  await page.goto(new URL("/help/studio#%E0%A4%A", page.url()).href);
  await expect(page.getByRole("article").getByRole("heading", { level: 2, name: "The studio" })).toBeInViewport(SOON);
});
