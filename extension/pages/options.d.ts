export { default, start } from "./pages.js";
