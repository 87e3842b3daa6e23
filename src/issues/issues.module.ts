import { Module } from '@nestjs/common';
import { Composer } from '../platform/composer.js';
import {
  CustomerIssuesResolver,
  IssueFieldsResolver,
  IssueResolver,
  issuePayloadResolvers,
  TouchpointIssueResolver,
} from './issue.resolver.js';
import { issueById, issueShapes } from './issue.sections.js';
import { IssueService } from './issue.service.js';
import { IssueListResolver } from './issue-list.resolver.js';
import { issueListShapes } from './issue-list.sections.js';
import { IssueReferences } from './issue-references.service.js';
import { IssueTalkFieldsResolver, IssueTalkResolver } from './issue-talk.resolver.js';
import { issueTalkShapes } from './issue-talk.sections.js';
import { IssueTalk } from './issue-talk.service.js';
import { MergePreviewIssuesResolver } from './merge-preview.resolver.js';
import { MergePreviewIssues } from './merge-preview.service.js';
import { IssueSlaResolver, SlaResolver } from './sla/sla.resolver.js';
import { Sla } from './sla/sla.service.js';

@Module({
  providers: [
    IssueService,
    IssueReferences,
    MergePreviewIssues,
    MergePreviewIssuesResolver,
    Sla,
    SlaResolver,
    IssueSlaResolver,
    IssueTalk,
    IssueTalkResolver,
    IssueTalkFieldsResolver,
    IssueResolver,
    IssueListResolver,
    IssueFieldsResolver,
    CustomerIssuesResolver,
    TouchpointIssueResolver,
    ...issuePayloadResolvers,
  ],
  exports: [IssueService],
})
export class IssuesModule {
  constructor(composer: Composer) {
    composer.contribute(issueShapes(composer));
    composer.contribute(issueTalkShapes(composer));
    composer.contribute(issueListShapes(composer));
    composer.contributeNode('issue', { type: 'Issue', from: issueById });
  }
}
