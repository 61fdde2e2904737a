import { fileStoreContract } from '../../contract/files.js'
import { S3Files } from '../../support/s3-files.js'

fileStoreContract(new S3Files())
