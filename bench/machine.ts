import { cpus, loadavg, totalmem } from "node:os";

/** What the figures are measured on, and how busy others keep it: to be asked before the run. */
export function machine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "an unknown CPU";
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = `a load of ${loadavg()[0]!.toFixed(1)} from other work before the run`;
  return `${cores.length} cores of ${model}, ${memory}, Node ${process.versions.node}; ${load}`;
}
