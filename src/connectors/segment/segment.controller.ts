import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Dialects } from '../dialects.service.js';
import { allowBrowsers, Door } from '../door.js';
import { Intake } from '../intake.service.js';
import { objectOf } from '../json-value.js';
import { parseOrKeep } from '../sent-text.js';
import { messagesOf } from './segment-batch.js';
import { segmentDialect } from './segment-dialect.js';
import { messageTypes } from './segment-message.js';

/**
 * The Segment HTTP API: `POST /v1/batch`, `/v1/identify`, `/v1/track`, … and the forms of one letter that browsers use.
 */
@Injectable()
export class SegmentController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly dialects: Dialects,
    private readonly intake: Intake,
  ) {}

  onModuleInit(): void {
    this.dialects.register(segmentDialect.name, () => segmentDialect);
    this.door.open((scope) => {
      for (const route of ['batch', ...messageTypes] as const) {
        for (const path of [`/v1/${route}`, `/v1/${route[0]}`]) {
          allowBrowsers(scope, path);
          scope.post(path, async (request) => {
            const keyIn = (body: unknown) => objectOf(body)['writeKey'];
            const { caller, body } = await this.door.enter(request, parseOrKeep, { keyIn });
            await this.intake.take(caller.workspace, messagesOf(route, body), segmentDialect);
            return { success: true };
          });
        }
      }
    });
  }
}
