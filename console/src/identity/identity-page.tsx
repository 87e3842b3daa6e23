import '../styles/identity.css';
import { useSearchParams } from 'wouter';
import { useTitle } from '../use-title.js';
import { Chosen } from './chosen.js';
import { Queue } from './queue.js';

/** Whether two records are one person: those that the service suggests, or two that somebody picked. */
export default function IdentityPage() {
  const [parameters] = useSearchParams();
  const [a, b] = [parameters.get('a'), parameters.get('b')];
  useTitle('Identity');
  return a && b ? <Chosen key={`${a} ${b}`} a={a} b={b} /> : <Queue />;
}
