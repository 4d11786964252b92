import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientService } from "../../../inference/scheduling/client-service.ts";

describe("the device's time by client", () => {
  it("differs by no more than two passes among those who always want more, whatever a pass takes", () => {
    const passes = fc.array(fc.double({ min: 0.1, max: 500, noNaN: true }), { minLength: 20, maxLength: 200 });
    fc.assert(
      fc.property(passes, fc.integer({ min: 2, max: 6 }), (times, numClients) => {
        const service = new ClientService();
        const clients = Array.from({ length: numClients }, (_, i) => `c${i}`);
        for (const client of clients) service.arrived(client);
        for (const ms of times) {
          const had = clients.map((client) => service.had(client));
          expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(2 * Math.max(...times));
          service.took(clients[had.indexOf(Math.min(...had))]!, ms);
        }
      }),
    );
  });

  it("is not saved up by staying away", () => {
    const service = new ClientService();
    service.arrived("busy");
    service.took("busy", 1000);
    service.arrived("late");
    expect(service.had("late")).toBe(1000);
  });

  it("is kept for a client that asks one thing after the other, up to a second", () => {
    const service = new ClientService();
    service.arrived("busy");
    const ask = (busyMs: number): number => {
      service.arrived("returns");
      const ahead = service.had("busy") - service.had("returns");
      service.took("returns", 10);
      service.left("returns");
      service.took("busy", busyMs);
      return ahead;
    };
    expect(Array.from({ length: 4 }, () => ask(500))).toEqual([0, 490, 980, 1000]);
    ask(2500);
    expect(ask(100)).toBe(0);
  });

  it("is not forgiven by leaving and coming back", () => {
    const service = new ClientService();
    for (const client of ["a", "b"]) service.arrived(client);
    service.took("a", 500);
    service.left("a");
    service.arrived("a");
    expect([service.had("a"), service.had("b")]).toEqual([500, 0]);
  });

  it("begins anew when nobody is there any more", () => {
    const service = new ClientService();
    service.arrived("a");
    service.took("a", 1e9);
    service.left("a");
    service.arrived("b");
    service.arrived("a");
    expect(service.had("a")).toBe(service.had("b"));
  });

  it("counts twice for one with many requests while another with few is there, or was lately", () => {
    const service = new ClientService();
    for (const client of ["many", "many", "many", "few", "few"]) service.arrived(client);
    expect(["many", "few"].map((client) => service.isCrowding(client))).toEqual([true, false]);
    service.took("many", 100);
    for (let i = 0; i < 2; i++) service.left("few");
    expect([service.had("many"), service.isCrowding("many")]).toEqual([200, true]);
    service.took("many", 2000);
    expect(service.isCrowding("many")).toBe(false);
    for (let i = 0; i < 9; i++) service.arrived("as many");
    expect(["many", "as many"].map((client) => service.isCrowding(client))).toEqual([false, false]);
  });

  it("is forgotten of those who are away the longest, where there are very many", () => {
    const service = new ClientService();
    service.arrived("stays");
    for (let i = 0; i < 5000; i++) {
      service.arrived(`c${i}`);
      service.took(`c${i}`, 10);
      service.left(`c${i}`);
    }
    expect([service.had("c0"), service.had("c4999")]).toEqual([0, 10]);
    expect(service.numPresent).toBe(1);
  });
});
