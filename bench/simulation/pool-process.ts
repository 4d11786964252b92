import { type Scenario, simulate } from "./simulate.ts";
import { summaryOf } from "./summary.ts";

/** A process of the pool: a summary for each scenario that it is sent. */
process.on("message", (scenario: Scenario) => {
  process.send!(summaryOf(simulate(scenario)));
});
