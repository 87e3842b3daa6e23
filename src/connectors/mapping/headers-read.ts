import type { Condition, Fields, Mapping, TouchpointRule, Value } from './mapping.js';
import type { Path } from './path.js';

/** The headers that a mapping looks at, in small letters: a request need keep no others. */
export function headersRead(mapping: Mapping): string[] {
  const paths = [
    ...(mapping.skip ? pathsOfCondition(mapping.skip) : []),
    ...mapping.touchpoints.flatMap((rule) => pathsOfRule(rule)),
  ];
  const names = paths.flatMap(({ root, segments: [first] }) =>
    root === 'headers' && typeof first === 'object' && 'name' in first ? [first.name] : [],
  );
  return [...new Set(names)];
}

function pathsOfRule(rule: TouchpointRule): Path[] {
  const { each, when, traits, attributes } = rule;
  const references = Object.values(rule.references).flatMap((one) =>
    one ? [one.externalId, ...(one.source ? [one.source] : [])] : [],
  );
  const identifiers = rule.identifiers.flatMap((one) => [
    ...(one.when ? pathsOfCondition(one.when) : []),
    ...[one.type, one.value, one.region, one.verification].flatMap((value) => (value ? pathsOfValue(value) : [])),
  ]);
  return [
    ...(each ? [each] : []),
    ...(when ? pathsOfCondition(when) : []),
    ...pathsOfFields(rule.scalars),
    ...identifiers,
    ...[traits, attributes].flatMap((fields) => (fields ? (isPath(fields) ? [fields] : pathsOfFields(fields)) : [])),
    ...references.flatMap(pathsOfValue),
  ];
}

function isPath(fields: Path | Fields): fields is Path {
  return Array.isArray((fields as Path).segments);
}

function pathsOfFields(fields: Fields): Path[] {
  return Object.values(fields).flatMap((value) => (value ? pathsOfValue(value) : []));
}

function pathsOfValue({ from }: Value): Path[] {
  if ('path' in from) return [from.path];
  if ('template' in from) return from.template.filter((part) => typeof part !== 'string');
  return 'first' in from ? from.first.flatMap(pathsOfValue) : [];
}

function pathsOfCondition(condition: Condition): Path[] {
  if ('all' in condition) return condition.all.flatMap(pathsOfCondition);
  if ('any' in condition) return condition.any.flatMap(pathsOfCondition);
  return 'not' in condition ? pathsOfCondition(condition.not) : [condition.path];
}
