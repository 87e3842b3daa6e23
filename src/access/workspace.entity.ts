import { Length, Matches } from 'class-validator';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { limits } from '../platform/limits.js';
import { refuses } from '../platform/validate.js';

/** What a workspace's key looks like; other text names none. */
export const workspaceKey = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A tenant: its own customers, keys and settings. */
@Entity('workspace')
export class Workspace {
  @PrimaryGeneratedColumn('identity', { type: 'int' })
  id!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Matches(
    workspaceKey,
    refuses('INPUT_INVALID', 'A workspace’s key has 1 to 63 small letters, digits and dashes.', 63),
  )
  @Column('text')
  key!: string;

  @Length(
    1,
    limits.nameCharactersMax,
    refuses('TOO_LONG', `A name has 1 to ${limits.nameCharactersMax} characters.`, limits.nameCharactersMax),
  )
  @Column('text')
  name!: string;

  /** ISO country of national telephone numbers. */
  @Matches(/^[A-Z]{2}$/, refuses('INPUT_INVALID', 'A region is an ISO country code such as US.'))
  @Column('text', { name: 'default_region' })
  defaultRegion!: string;
}
