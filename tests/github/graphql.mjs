// Questions to the GraphQL API, and the double's answers to them.
//
// In: a question and an answer. Out: what GitHub's public schema says against them. The double answers with more than it
// was asked for, so a field counts by its name in its type, whether asked for or not; what was asked for must be there.

import {
  GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLScalarType, TypeInfo, buildSchema, getNamedType, isAbstractType,
  isCompositeType, parse, validate, visit, visitWithTypeInfo,
} from 'graphql';
import { graphql } from './description.mjs';

const schema = buildSchema(graphql, { assumeValid: true });

/// Errors in a question, deprecated fields among them.
export function ofQuestion(text) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return [error.message];
  }
  const errors = validate(schema, document).map(({ message }) => message);
  const info = new TypeInfo(schema);
  visit(document, visitWithTypeInfo(info, {
    Field: () => {
      const field = info.getFieldDef();
      if (field?.deprecationReason) errors.push(`${field.name} is deprecated: ${field.deprecationReason}`);
    },
  }));
  return errors;
}

/// Errors in an answer to a valid question.
export function ofAnswer(text, answer) {
  const errors = new Set();
  const [definition] = parse(text).definitions;
  for (const name of Object.keys(answer)) {
    if (!['data', 'errors', 'extensions'].includes(name)) errors.add(`/${name}: unknown field`);
  }
  if (answer.data) value(schema.getQueryType(), [definition.selectionSet], answer.data, '/data', errors);
  return [...errors];
}

function value(type, asked, it, at, errors) {
  if (type instanceof GraphQLNonNull) {
    if (it === null) errors.add(`${at}: must not be null`);
    else value(type.ofType, asked, it, at, errors);
  } else if (it === null) {
    // May be.
  } else if (type instanceof GraphQLList) {
    if (Array.isArray(it)) it.forEach((one) => value(type.ofType, asked, one, `${at}/*`, errors));
    else errors.add(`${at}: must be a list`);
  } else if (!isCompositeType(type)) {
    leaf(type, it, at, errors);
  } else if (typeof it !== 'object' || Array.isArray(it)) {
    errors.add(`${at}: must be an object`);
  } else {
    object(type, asked, it, at, errors);
  }
}

function object(type, asked, it, at, errors) {
  const own = isAbstractType(type) && it.__typename ? schema.getType(it.__typename) : type;
  if (!own || (isAbstractType(type) && own !== type && !schema.isSubType(type, own))) {
    return errors.add(`${at}: ${it.__typename} is no ${type.name}`);
  }
  const selected = asked.flatMap((selections) => fields(selections, own));
  const wanted = (name) => selected.filter((field) => field.name.value === name);
  const known = own.getFields?.() ?? {};
  for (const [name, one] of Object.entries(it)) {
    if (name === '__typename') continue;
    if (!known[name]) errors.add(`${at}: ${own.name} has no ${name}`);
    else {
      const below = wanted(name).flatMap(({ selectionSet }) => selectionSet ?? []);
      value(known[name].type, below, one, `${at}/${name}`, errors);
    }
  }
  for (const { name, alias } of selected) {
    if (alias) errors.add(`${at}: the double knows no aliases, and ${alias.value} is one`);
    else if (!(name.value in it)) errors.add(`${at}: ${name.value} was asked for and is missing`);
  }
}

/// What is asked of an object of this type.
const fields = ({ selections }, type) => selections.flatMap((selection) => {
  if (selection.kind === 'Field') return [selection];
  const on = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
  const fits = !on || on === type || (isAbstractType(on) && schema.isSubType(on, type));
  return fits ? fields(selection.selectionSet, type) : [];
});

function leaf(type, it, at, errors) {
  const named = getNamedType(type);
  if (named instanceof GraphQLEnumType) {
    if (!named.getValue(it)) errors.add(`${at}: ${named.name} has no ${JSON.stringify(it)}`);
  } else if (named instanceof GraphQLScalarType) {
    const text = !['Int', 'Float', 'Boolean'].includes(named.name);
    // Scalars of GitHub's own, such as DateTime and URI, are text.
    if (text ? typeof it !== 'string' : failed(() => named.parseValue(it))) errors.add(`${at}: is no ${named.name}`);
  }
}

function failed(action) {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}
