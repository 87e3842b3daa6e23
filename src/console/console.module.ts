import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller.js';

/** The web application for people, at `/console`: a client of the public API like any other. */
@Module({ providers: [ConsoleController] })
export class ConsoleModule {}
