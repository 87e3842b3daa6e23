import { Module } from '@nestjs/common';
import { Composer } from '../../platform/composer.js';
import { IdentityModule } from '../identity.module.js';
import { MatchRules } from './match-rules.service.js';
import { MatchUpkeep } from './match-upkeep.service.js';
import { suggestionResolvers } from './suggestion.resolver.js';
import { suggestionById, suggestionShapes } from './suggestion.sections.js';
import { Suggestions } from './suggestions.service.js';
import { WeightsResolver } from './weights.resolver.js';
import { Weights } from './weights.service.js';

@Module({
  imports: [IdentityModule],
  providers: [MatchRules, MatchUpkeep, Suggestions, Weights, WeightsResolver, ...suggestionResolvers],
})
export class SuggestionsModule {
  constructor(composer: Composer) {
    composer.contribute(suggestionShapes(composer));
    composer.contributeNode('suggestion', { type: 'MatchSuggestion', from: suggestionById });
  }
}
