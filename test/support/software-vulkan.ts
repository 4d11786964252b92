import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const modules = join(import.meta.dirname, "../../node_modules");
const packed = join(modules, "@sparticuz/chromium/bin/swiftshader.tar.br");

/** Vulkan in software: what to set in the environment of a process before it starts, or why there is none here. */
export type SoftwareVulkan = { readonly env: Readonly<Record<string, string>> } | { readonly missing: string };

/** SwiftShader and a Vulkan loader, which come with the browser that tests drive; WebGPU runs on them without a GPU. */
export function softwareVulkan(): SoftwareVulkan {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== "linux-x64") return { missing: `the SwiftShader of @sparticuz/chromium is not for ${platform}` };
  if (!existsSync(packed)) return { missing: "@sparticuz/chromium brings no SwiftShader" };
  const folder = unpack();
  const driver = join(folder, "vk_swiftshader_icd.json");
  return { env: { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver } };
}

/**
 * Mesa's lavapipe, which knows float16 as SwiftShader does not: from the folder into which `test/support/fetch-lavapipe.sh`
 * unpacks Debian's packages, or the system's own. Mesa before 25, whose drivers say Vulkan 1.3, lacks what WebGPU needs.
 */
export function halfVulkan(): SoftwareVulkan {
  const [unpacked, installed] = [join(modules, ".cache/lavapipe"), "/usr/share/vulkan/icd.d"];
  const names = ["lvp_icd.json", "lvp_icd.x86_64.json"];
  const driver = [unpacked, installed].flatMap((folder) => names.map((name) => join(folder, name))).find(isRecent);
  if (driver === undefined) return { missing: "there is no lavapipe of Mesa 25 or later here" };
  const libraries = driver.startsWith(unpacked) ? { LD_LIBRARY_PATH: join(unpacked, "lib") } : {};
  return { env: { ...libraries, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver } };
}

function isRecent(driver: string): boolean {
  return existsSync(driver) && /"api_version": *"1\.[4-9]/.test(readFileSync(driver, "utf8"));
}

/** Unpacks once; several processes may do so at the same time. */
function unpack(): string {
  const folder = join(modules, ".cache/swiftshader");
  if (existsSync(folder)) return folder;
  const own = `${folder}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["-x", "-C", own], { input: brotliDecompressSync(readFileSync(packed)) });
  if (!existsSync(folder)) renameSync(own, folder);
  return folder;
}
