import { readFileSync } from "node:fs";
import { ChangeType, CriticalityLevel, diff } from "@graphql-inspector/core";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isSpecifiedScalarType,
  isUnionType,
  isScalarType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../schema/index.ts";
import { printSorted } from "../../schema/print.ts";

const checkedIn = read("../../schema/schema.graphql");
/** As clients see it; the inspector reads directives from documents only. */
const printed = buildSchema(printSorted(schema));
const contract = buildSchema(read("contract.graphql"));

describe("the schema", () => {
  it("is the one that is checked in", () => expect(checkedIn).toBe(printSorted(schema)));

  it("changes nothing that the checked-in one promises", async () => {
    expect(await diff(buildSchema(checkedIn), printed)).toEqual([]);
  });

  it("keeps every name, type, argument and default of the contract", async () => {
    const changes = await diff(contract, printed);
    const broken = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
    expect(broken.map(({ message }) => message)).toEqual([]);
    // What is new may have its default.
    const changed = changes.filter(({ type }) => type !== ChangeType.FieldArgumentAdded);
    const dangerous = changed.filter(({ message }) => message.includes("default value"));
    expect(dangerous.map(({ message }) => message)).toEqual([]);
  });

  it("keeps the families that come later", () => {
    const families = schema.getType("ModelFamily");
    expect(isEnumType(families) && families.getValues().map(({ name }) => name)).toEqual(["BLIP", "BLIP2", "LLAVA"]);
  });

  it("describes every type, field, argument and enum value", () => {
    expect(
      described(schema)
        .filter(({ description }) => !description)
        .map(({ name }) => name),
    ).toEqual([]);
    expect(described(schema).length).toBeGreaterThan(150);
  });
});

interface Described {
  readonly name: string;
  readonly description: string | null | undefined;
}

function described(of: GraphQLSchema): Described[] {
  const types = Object.values(of.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return types.flatMap((type) => [type, ...members(type)]);
}

function members(type: GraphQLNamedType): Described[] {
  if (isScalarType(type) || isUnionType(type)) return [];
  if (isEnumType(type)) return type.getValues().map((value) => within(type, value));
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => within(type, field));
  return Object.values(type.getFields()).flatMap((field) => [
    within(type, field),
    ...field.args.map((argument) => within({ name: `${type.name}.${field.name}` }, argument)),
  ]);
}

function within({ name }: { readonly name: string }, member: Described): Described {
  return { name: `${name}.${member.name}`, description: member.description };
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}
