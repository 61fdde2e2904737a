/** Tells the cluster what this process's registry holds; waiting jobs of a raised limit or a new version get their hint. */
export class PublishDefinitions {
    registry;
    definitions;
    notifier;
    jsonSchemaOf;
    constructor(registry, definitions, notifier, jsonSchemaOf) {
        this.registry = registry;
        this.definitions = definitions;
        this.notifier = notifier;
        this.jsonSchemaOf = jsonSchemaOf;
    }
    /** @returns how many definitions were published. */
    async execute() {
        const published = this.registry.published(this.jsonSchemaOf);
        if (published.length === 0)
            return 0;
        await this.definitions.publish(published);
        this.notifier.hint([...new Set(published.map(({ key }) => key))]);
        return published.length;
    }
}
//# sourceMappingURL=publish-definitions.js.map