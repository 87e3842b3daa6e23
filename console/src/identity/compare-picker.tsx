import { useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import { graphql } from '../graphql.js';
import { problemOf } from '../problem.js';

const oneByOne = graphql(`
  query OnesToCompare($a: String!, $b: String!) {
    a: customers(search: $a, first: 2) { nodes { id } }
    b: customers(search: $b, first: 2) { nodes { id } }
  }
`);

/** Picks any two people, by what they are known by. */
export function ComparePicker() {
  const client = useClient();
  const [, navigate] = useLocation();
  const [a, setA] = useState('');
  const [b, setB] = useState('');
  const [told, setTold] = useState('');
  const compare = async () => {
    const { data, error } = await client.query(oneByOne, { a, b }).toPromise();
    if (error) return setTold(problemOf(error).sentence);
    const found = [data?.a.nodes ?? [], data?.b.nodes ?? []];
    const wrong = [a, b].find((_, index) => found[index]?.length !== 1);
    if (wrong !== undefined) return setTold(`“${wrong}” does not name exactly one person.`);
    navigate(`/identity?a=${found[0]?.[0]?.id}&b=${found[1]?.[0]?.id}`);
  };
  return (
    <section className="sec picker">
      <h2>Compare two by hand</h2>
      <Form
        className="box"
        onSubmit={(event) => {
          event.preventDefault();
          void compare();
        }}
      >
        <TextField value={a} onChange={setA} isRequired maxLength={200}>
          <Label>One, by an identifier</Label>
          <Input className="input" />
        </TextField>
        <TextField value={b} onChange={setB} isRequired maxLength={200}>
          <Label>The other</Label>
          <Input className="input" />
        </TextField>
        <Button type="submit" className="btn">
          Compare
        </Button>
        <p role="status" className="refusal">
          {told}
        </p>
      </Form>
    </section>
  );
}
