import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { limits } from '../../platform/limits.js';
import { Dialects } from '../dialects.service.js';
import { Door } from '../door.js';
import { Intake } from '../intake.service.js';
import { IntakeSettingsService } from '../intake-settings.service.js';
import { copiesOf } from './email-copies.js';
import { emailDialect } from './email-dialect.js';
import { readOwnMail } from './own-mail.js';
import { parseEmail } from './parse-email.js';

/** `POST /v1/email?own=acme.example`: one message as it came over the wire, in whatever content type. */
@Injectable()
export class EmailController implements OnModuleInit {
  constructor(
    private readonly door: Door,
    private readonly dialects: Dialects,
    private readonly intake: Intake,
    private readonly settings: IntakeSettingsService,
  ) {}

  onModuleInit(): void {
    this.dialects.register(emailDialect.name, () => emailDialect);
    this.door.open((scope) => {
      scope.post('/v1/email', async (request) => {
        await this.take(request);
        return { success: true };
      });
    });
  }

  private async take(request: FastifyRequest): Promise<void> {
    const bytesMax = limits.emailBytesMax;
    const { caller, body } = await this.door.enter(request, (bytes) => bytes, { bytesMax });
    const named = readOwnMail((request.query as { own?: unknown }).own);
    const own = [...named, ...(await this.settings.ownMail(caller.workspace))];
    await this.intake.take(caller.workspace, copiesOf(await parseEmail(body), own), emailDialect);
  }
}
