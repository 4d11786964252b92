import { describe, expect, it } from "vitest";
import { cpuQuota, memoryLimit } from "../../src/doctor/cgroup.ts";
import { isSupportedNode } from "../../src/doctor/machine.ts";
import { instructionSets, linuxFlags, macFlags } from "../../src/doctor/processor.ts";

const reading = (files: Readonly<Record<string, string>>) => (path: string) => files[path];

describe("what a container leaves of the machine", () => {
  const v2 = { "/proc/self/cgroup": "0::/app/web\n" };
  const v1 = { "/proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n1:name=systemd:/docker/1\n" };

  it.each<[string, Readonly<Record<string, string>>, object | undefined]>([
    ["nothing is said", {}, undefined],
    ["version 2 has no limit", { ...v2, "/sys/fs/cgroup/app/web/memory.max": "max\n" }, undefined],
    [
      "version 2 limits the group",
      { ...v2, "/sys/fs/cgroup/app/web/memory.max": "1073741824\n" },
      { bytes: 2 ** 30, version: 2 },
    ],
    [
      "version 2 limits a group above more than the group",
      { ...v2, "/sys/fs/cgroup/app/web/memory.max": "2000", "/sys/fs/cgroup/app/memory.max": "1000" },
      { bytes: 1000, version: 2 },
    ],
    [
      "a container of version 1 sees its own files at the top",
      { ...v1, "/sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n" },
      { bytes: 2 ** 29, version: 1 },
    ],
    [
      "version 1 says that there is none",
      { ...v1, "/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": "9223372036854771712\n" },
      undefined,
    ],
  ])("of memory, where %s", (_name, files, limit) => {
    expect(memoryLimit(reading(files))).toEqual(limit);
  });

  it("of cores, by the quota of either version", () => {
    expect(cpuQuota(reading({ ...v2, "/sys/fs/cgroup/app/cpu.max": "150000 100000\n" }))).toBe(1.5);
    expect(cpuQuota(reading({ ...v2, "/sys/fs/cgroup/app/cpu.max": "max 100000\n" }))).toBeUndefined();
    const cpu = "/sys/fs/cgroup/cpu/docker/1/";
    const limited = { [`${cpu}cpu.cfs_quota_us`]: "200000\n", [`${cpu}cpu.cfs_period_us`]: "100000\n" };
    expect(cpuQuota(reading({ ...v1, ...limited }))).toBe(2);
    expect(cpuQuota(reading({ ...v1, ...limited, [`${cpu}cpu.cfs_quota_us`]: "-1\n" }))).toBeUndefined();
  });
});

describe("a processor's instruction sets", () => {
  it("are read as Linux names them, on x64 and on ARM", () => {
    const x64 = linuxFlags("processor\t: 0\nflags\t\t: fpu sse2 avx2 avx512f avx512_vnni\nbogomips\t: 5\n");
    expect(instructionSets("x64", x64)).toEqual(["AVX2", "AVX-512", "AVX-512 VNNI"]);
    const arm = linuxFlags("processor\t: 0\nFeatures\t: fp asimd asimddp\n");
    expect(instructionSets("arm64", arm)).toEqual(["NEON", "dot product"]);
    expect(instructionSets("x64", linuxFlags("flags\t: sse2\n"))).toEqual([]);
  });

  it("are read as macOS names them", () => {
    const apple = macFlags("hw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_I8MM: 0\nhw.optional.AdvSIMD: 1\n");
    expect(instructionSets("arm64", apple)).toEqual(["NEON", "dot product"]);
    expect(instructionSets("x64", macFlags("machdep.cpu.leaf7_features: RDWRFSGS AVX2 BMI2\n"))).toEqual(["AVX2"]);
  });

  it("are not known where nothing names them", () => {
    expect(instructionSets("x64", linuxFlags(""))).toBeUndefined();
  });
});

it.each([
  ["20.19.0", true],
  ["20.18.3", false],
  ["21.9.0", false],
  ["22.13.0", true],
  ["22.12.0", false],
  ["23.1.0", false],
  ["24.0.0", true],
  ["25.2.1", true],
])("Node %s is supported: %s", (version, isSupported) => {
  expect(isSupportedNode(version, "^20.19 || ^22.13 || >=24")).toBe(isSupported);
});
