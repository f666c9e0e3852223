// node pyodide.mjs PYODIDE COURSE SCRIPT: run a Python script in Pyodide, without a browser.
import { readFileSync } from "fs";
import { pathToFileURL } from "url";

const [pyodide, course, script] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${pyodide}/`, packageCacheDir: pyodide });
await python.loadPackage(["numpy", "scipy", "matplotlib", "scikit-learn"], { messageCallback() {} });
python.FS.mkdirTree("/course");
python.FS.mount(python.FS.filesystems.NODEFS, { root: course }, "/course");
python.FS.mkdirTree("/reader");
python.FS.chdir("/reader");
python.runPython("import sys; sys.path.insert(0, '/course')");
await python.runPythonAsync(readFileSync(script, "utf8"));
