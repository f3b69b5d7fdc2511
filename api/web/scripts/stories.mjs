// Serves the built workbench with canned answers: npm run build && npm run stories [-- PORT]
import { startStories } from "./bundle.mjs";

const { url } = await startStories(Number(process.argv[2] ?? 8090));
console.log(`The workbench with canned answers: ${url}`);
