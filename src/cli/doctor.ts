import { HubError } from "../../hub/index.ts";
import { ConfigError } from "../config-error.ts";
import { doctorCommand, DOCTOR_USAGE, type DoctorCommand } from "../doctor/command.ts";
import { examineMachine, examineModels } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { asJson, printFinding, printModels, printProblems } from "../doctor/print.ts";
import { problemsOf } from "../doctor/problems.ts";

/** npm run doctor */
async function main(): Promise<void> {
  const command = doctorCommand(process.argv.slice(2), process.env);
  if (command === "help") console.log(DOCTOR_USAGE);
  else await examine(command);
}

async function examine({ names, config, output }: DoctorCommand): Promise<void> {
  const tell = (text: string): void => (output === "json" ? undefined : console.log(text));
  // First, so that a name that is none is told at once.
  const models = await examineModels(names, config, process.env);
  tell("This machine");
  const findings: Finding[] = [];
  for await (const finding of examineMachine(config, process.env)) {
    findings.push(finding);
    tell(printFinding(finding));
  }
  const problems = problemsOf(findings, models);
  tell(printModels(models, problems));
  tell(printProblems(problems));
  if (output === "json") console.log(asJson(findings, models, problems));
  if (problems.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof HubError || error instanceof ConfigError ? error.message : error);
  process.exitCode = 2;
});
