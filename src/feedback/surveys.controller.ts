import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { allowBrowsers, Door } from '../connectors/door.js';
import { parseObject, readBody } from '../connectors/request-body.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { type Channel, channels } from '../touchpoints/vocabulary.js';
import { surveyKinds } from './survey.js';
import { SurveyAnswers } from './survey-answers.service.js';

/**
 * `GET` and `POST /v1/surveys/:token`: what an invitation asks, and the answer. The token is all it takes, so that a
 * page, a bot or a kiosk needs no key.
 */
@Injectable()
export class SurveysController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly answers: SurveyAnswers,
  ) {}

  onModuleInit(): void {
    this.door.open((scope) => this.open(scope));
  }

  private open(scope: FastifyInstance): void {
    const path = '/v1/surveys/:token';
    // The path holds a secret and the answer is somebody’s own.
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    });
    allowBrowsers(scope, path);
    scope.get(path, (request, reply) => this.ask(request, reply));
    scope.post(path, (request, reply) => this.take(request, reply));
  }

  private async ask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { language } = request.query as { language?: unknown };
    const wanted = typeof language === 'string' ? language : null;
    const { survey, text, expiresAt } = await this.answers.asked(tokenOf(request), wanted, request.ip);
    return reply.send({
      kind: surveyKinds[survey.kind],
      scoreMin: survey.scoreMin,
      scoreMax: survey.scoreMax,
      ...text,
      expiresAt: expiresAt.toISOString(),
    });
  }

  private async take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const stream = request.body as Readable | undefined;
    const encoding = request.headers['content-encoding'];
    const body = stream ? await readBody(stream, encoding, limits.surveyAnswerBytesMax) : Buffer.alloc(0);
    const { score, comment, language, channel } = parseObject(body);
    const said = {
      score,
      comment: textOf(comment, 'comment'),
      language: textOf(language, 'language'),
      channel: channelOf(channel),
    };
    await this.answers.answerByToken(tokenOf(request), said, request.ip);
    return reply.send({ answered: true });
  }
}

function tokenOf(request: FastifyRequest): string {
  return (request.params as { token: string }).token;
}

function textOf(value: unknown, field: string): string | null {
  if (value == null) return null;
  if (typeof value === 'string') return value;
  throw new Refusal('INPUT_INVALID', 'This field is text.', { field });
}

/** A page of one’s own, unless the sender says otherwise. */
function channelOf(value: unknown): Channel {
  if (value == null) return 'WEB';
  const channel = channels.find((one) => one === value);
  if (channel) return channel;
  throw new Refusal('INPUT_INVALID', `A channel is one of ${channels.join(', ')}.`, { field: 'channel' });
}
