import { Weights } from '../identity/suggestions/weights.service.js';
import type { MatchWeights } from '../identity/suggestions/weights.types.js';
import { type Command, withServices } from './command.js';
import { callerOf, workspaceOption } from './workspace-option.js';

export const matchEstimate: Command = {
  usage: '[--activate] [--workspace default]',
  does: 'Estimates match weights of the workspace’s own customers.',
  options: { ...workspaceOption, activate: { type: 'boolean' } },
  async run(_, values) {
    return withServices(async (app) => {
      const caller = await callerOf(app, values);
      const weights = app.get(Weights);
      const estimated = await weights.estimate(caller);
      if (estimated.status !== 'READY') {
        return { text: 'Fewer than 200 customers have anything to be compared by.', data: estimated, failed: true };
      }
      if (values['activate'] !== true) return { text: `${table(estimated)}\n${hint(estimated)}`, data: estimated };
      await weights.activate(caller, estimated.version);
      const text = `${table(estimated)}\n${estimated.model} holds; the service compares everybody anew.`;
      return { text, data: { ...estimated, isActive: true } };
    });
  },
};

function hint({ model, version }: MatchWeights): string {
  return `${model} is ready. It holds once activateMatchWeights(input: { version: ${version} }) says so, or with --activate.`;
}

function table({ customers, pairs, priorBits, activePriorBits, differences }: MatchWeights): string {
  const figure = (bits: number | null) => (bits ?? 0).toFixed(1).padStart(7);
  const rows = differences.map(
    ({ field, level, bits, activeBits }) =>
      `${field.padEnd(14)}${level.padEnd(10)}${figure(activeBits)}${figure(bits)}`,
  );
  return [
    `Estimated of ${customers} customers and ${pairs} pairs.`,
    `${'field'.padEnd(14)}${'level'.padEnd(10)}${'now'.padStart(7)}${'then'.padStart(7)}`,
    `${'prior'.padEnd(24)}${figure(activePriorBits)}${figure(priorBits)}`,
    ...rows,
  ].join('\n');
}
