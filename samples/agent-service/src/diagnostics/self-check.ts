import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { countDocuments, searchDocuments } from '../agent/tools/document-search';

export interface SelfCheck {
  dataDirWritable: boolean;
  documents: number;
  searchWorks: boolean;
}

/** Looks at what the service needs to do its work. */
export async function selfCheck(dataDir: string): Promise<SelfCheck> {
  const [dataDirWritable, documents, hits] = await Promise.all([
    access(dataDir, constants.W_OK).then(
      () => true,
      () => false,
    ),
    countDocuments(),
    searchDocuments('tools of the agent', 1),
  ]);
  return { dataDirWritable, documents, searchWorks: hits.length === 1 };
}
