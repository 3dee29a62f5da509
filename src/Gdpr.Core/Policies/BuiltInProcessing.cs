using System.Collections.Frozen;
using Gdpr.Time;

namespace Gdpr.Policies;

/// <summary>What the library itself keeps of people: a data set of every policy, declared for it, that stands in the record of processing and in the answer to a
/// request as any other.</summary>
/// <remarks>No policy declares it: its system's id, <see cref="SystemId"/>, is taken.</remarks>
public static class BuiltInProcessing
{
    /// <summary>The id of the system that holds it.</summary>
    public const string SystemId = "gdpr";

    /// <summary>The data sets of the system, by id.</summary>
    public static IReadOnlyDictionary<string, DataSet> DataSets { get; } = new Dictionary<string, DataSet>
    {
        ["journal"] = Set(
            "What was decided and done, under opaque keys", "Vad som beslutats och gjorts, under ogenomskinliga nycklar",
            ("subject-key", "online.device-id"), ("decisions", "log.event")),
        ["vault"] = Set(
            "Whose key it is, as keyed hashes, and what proves consents and requests", "Vems nyckeln är, som nycklade hashar, och det som styrker samtycken och begäranden",
            ("identifiers", "identity.customer-number"), ("proofs", "communication.choices")),
        ["access-log"] = Set(
            "Who has read or changed which person's data, never its content", "Vem som läst eller ändrat vems uppgifter, aldrig innehållet",
            ("subject-key", "online.device-id"), ("access", "log.event")),
        ["suppression"] = Set(
            "Addresses that get no marketing, as keyed hashes", "Adresser som inte får marknadsföring, som nycklade hashar",
            ("address", "contact.email"), ("channel", "communication.choices")),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The activities over those data sets, by id.</summary>
    /// <param name="keep">How long proofs are kept after they were recorded.</param>
    public static IReadOnlyDictionary<string, Activity> Activities(CalendarPeriod keep) => new Dictionary<string, Activity>
    {
        ["gdpr.accountability"] = new()
        {
            Title = Text("Proof of what was decided and done", "Bevis för vad som beslutats och gjorts"),
            Purpose = "accountability",
            Basis = new LawfulBasis { LegalObligation = new LegalObligationBasis { Law = "Regulation (EU) 2016/679 Art. 5(2), 7(1), 12, 24, 33(5)" } },
            Data = ["gdpr.journal", "gdpr.vault", "gdpr.access-log"],
            Retention = new RetentionRule { Keep = keep, After = "recorded" },
        },
        ["gdpr.suppression"] = new()
        {
            Title = Text("Keeping marketing from those who objected", "Att hålla marknadsföring borta från den som invänt"),
            Purpose = "marketing-suppression",
            Basis = new LawfulBasis { LegalObligation = new LegalObligationBasis { Law = "Regulation (EU) 2016/679 Art. 21(3)" } },
            Data = ["gdpr.suppression"],
            Retention = new RetentionRule { While = new RunningState { Started = "objected", Ended = "marketing-ended" } },
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static DataSet Set(string en, string sv, params (string Field, string Category)[] fields) => new()
    {
        Title = Text(en, sv),
        Subject = "data-subject",
        Fields = fields.ToFrozenDictionary(
            field => field.Field, field => new DataField { Category = field.Category, Provenance = FieldProvenance.Observed }, StringComparer.Ordinal),
    };

    private static LocalizedText Text(string en, string sv) => new() { En = en, Sv = sv };
}
