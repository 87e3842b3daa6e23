import { TouchpointMix } from './batches.js';
import { type Bench, startService } from './context.js';
import { type Finding, interleave, median, pairedRatio, percentile } from './measure.js';
import { outboxIsEmpty } from './p5-batch-ingest.js';
import { graphql, segment } from './protocols.js';
import type { Running } from './service.js';

const clients = 64;

/** P6: one touchpoint a request, many clients: what sharing a commit brings, and how long an acknowledgement takes. */
export async function singleIngest(bench: Bench): Promise<Finding[]> {
  const { db } = bench.database;
  const mix = await TouchpointMix.of(db, bench.workspaces.write, `p6 ${Date.now()}`, 6);
  const services: Running[] = [];
  try {
    for (const flag of ['true', 'false'])
      services.push(await startService(bench.database, { INGEST_MICRO_BATCH: flag }));
    const [together, alone] = services as [Running, Running];
    const run = async (service: Running, count: number, protocol = graphql) => {
      const { headers, bodies } = await protocol.requestsOf(mix.batch(count), 1, bench.keys.write);
      const result = await bench.load.run({
        port: service.port,
        path: protocol.path,
        headers,
        bodies,
        connections: clients,
        requestsMax: count,
        durationMs: bench.isQuick ? 350 : 5_000,
        answerStart: protocol.answerStart,
        answerNever: '"outcome":"REJECTED"',
      });
      await outboxIsEmpty(db);
      return {
        perSecond: result.requests / result.seconds,
        p50: median(result.latencies),
        p99: percentile(result.latencies, 0.99),
      };
    };
    const variants = {
      together: () => run(together, bench.isQuick ? 3_000 : 40_000),
      alone: () => run(alone, bench.isQuick ? 500 : 10_000),
      segmentTogether: () => run(together, bench.isQuick ? 2_000 : 40_000, segment),
      segmentAlone: () => run(alone, bench.isQuick ? 500 : 10_000, segment),
    };
    for (const warm of [together, alone]) {
      await run(warm, 400);
      await run(warm, 100, segment);
    }
    const runs = await interleave(variants, bench.isQuick ? 3 : 5, 6);
    const of = (of: keyof typeof runs, figure: 'perSecond' | 'p50' | 'p99') =>
      median(runs[of].map((one) => one[figure]));
    const findings = (
      what: string,
      shared: keyof typeof runs,
      single: keyof typeof runs,
      hasTargets: boolean,
    ): Finding[] => {
      const detail =
        `together ${Math.round(of(shared, 'perSecond'))}/s, p50 ${of(shared, 'p50').toFixed(1)} ms; ` +
        `one commit each ${Math.round(of(single, 'perSecond'))}/s, p99 ${of(single, 'p99').toFixed(0)} ms`;
      return [
        {
          target: 'P6',
          name: `${what}, ${clients} clients: throughput against one commit each`,
          value: pairedRatio(runs[shared], runs[single], (one) => one.perSecond),
          must: hasTargets ? 3 : undefined,
          aim: hasTargets ? 10 : undefined,
          better: 'higher',
          unit: '×',
          detail,
        },
        {
          target: 'P6',
          name: `acknowledgement of ${what}, 99th percentile`,
          value: of(shared, 'p99'),
          must: hasTargets ? 200 : undefined,
          aim: hasTargets ? 60 : undefined,
          better: 'lower',
          unit: 'ms',
          detail,
        },
      ];
    };
    return [
      ...findings('single touchpoints', 'together', 'alone', true),
      ...findings('the Segment SDK’s single events', 'segmentTogether', 'segmentAlone', false),
    ];
  } finally {
    for (const service of services) await service.stop();
  }
}
