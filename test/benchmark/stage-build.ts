import { openFolderStage } from '../../src/benchmark/folder-stage.ts'
import { stageRequest } from './stage-request.ts'

process.stdout.write('begun')
const stage = await openFolderStage(stageRequest)
await stage[Symbol.asyncDispose]()
