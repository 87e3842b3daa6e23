import { Module } from '@nestjs/common';

/** The ways in beside GraphQL: other people's clients, unchanged. */
@Module({})
export class ConnectorsModule {}
