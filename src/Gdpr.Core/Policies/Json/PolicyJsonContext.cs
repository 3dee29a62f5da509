using System.Text.Json.Serialization;

namespace Gdpr.Policies.Json;

/// <summary>The generated code that reads and writes the types of a policy, and the metadata that the shapes are made of.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    MaxDepth = 2 * DepthLimit,
    Converters =
    [
        typeof(PeriodText), typeof(DateText), typeof(OneOrManyConverter),
        typeof(WordText<AgreementKind>), typeof(WordText<AnonymisationStrategy>), typeof(WordText<AssessmentKind>), typeof(WordText<Audience>),
        typeof(WordText<ControlFamily>), typeof(WordText<ControlResponsible>), typeof(WordText<DataCategoryKind>), typeof(WordText<DisposalAction>),
        typeof(WordText<DocumentKind>), typeof(WordText<ElectronicMarketingGround>), typeof(WordText<FieldProvenance>),
        typeof(WordText<IdentityNumberGround>), typeof(WordText<OffenceGroundKind>), typeof(WordText<OriginKind>),
        typeof(WordText<ProcessingCapacity>), typeof(WordText<ProfilingRequirement>), typeof(WordText<RecipientKind>),
        typeof(WordText<RunningStateKind>), typeof(WordText<TransferMechanism>), typeof(WordText<WhenNull>),
    ])]
[JsonSerializable(typeof(GdprPolicy))]
internal sealed partial class PolicyJsonContext : JsonSerializerContext
{
    /// <summary>How deep a document may nest. Shorthands expand by one level, so that the generated code gets room for more.</summary>
    public const int DepthLimit = 64;
}
