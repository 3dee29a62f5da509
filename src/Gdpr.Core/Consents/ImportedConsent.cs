using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>A consent that was given before the library was there: with where it was kept and what proves it.</summary>
/// <param name="Identifiers">Who gave it: one or more identifiers of the same person.</param>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="OccurredAt">When it was given.</param>
/// <param name="Source">Where it was kept: a short word such as <c>old-crm</c>, which stands in the journal in the clear.</param>
/// <param name="Evidence">What proves it: the form, the log line, the letter. It may be personal: the vault keeps it.</param>
public sealed record ImportedConsent(IReadOnlyList<SubjectIdentifier> Identifiers, string Purpose, Instant OccurredAt, string Source, string Evidence)
{
    /// <summary>The path of an optional field, for the consent to that field alone.</summary>
    public string? Field { get; init; }

    /// <summary>The id of the document with the text; <see langword="null"/> where nobody knows what was shown.</summary>
    public string? Text { get; init; }

    /// <summary>The version of the text; <see langword="null"/> where nobody knows it. What is not known never carries explicit consent.</summary>
    public string? TextVersion { get; init; }

    /// <summary>The language of the text, as in BCP 47.</summary>
    public string? Language { get; init; }

    /// <summary>Through which channel it was given: a short word.</summary>
    public string? Channel { get; init; }

    /// <summary>Whether it was explicit.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>What is known of the person's age, where the service may be used by children.</summary>
    public AgeFacts? Age { get; init; }

    /// <summary>That a holder of parental responsibility gave it.</summary>
    public GuardianConsent? Guardian { get; init; }

    /// <summary>What tells it from others in the report, such as the line of a file.</summary>
    public long Line { get; init; }

    /// <summary>The line and the purpose: nothing of who.</summary>
    public override string ToString() => $"{nameof(ImportedConsent)} {Line}";
}

/// <summary>A consent that was not imported.</summary>
/// <param name="Line">The line.</param>
/// <param name="Reason">Why: one of <see cref="ConsentImportReasons"/>, <see cref="ConsentReasons"/> or <see cref="SuppressionReasons"/>.</param>
/// <remarks>The default value is no line, and no reason. Equality compares both members.</remarks>
public readonly record struct RefusedConsent(long Line, string Reason);

/// <summary>How far an import has come, or what it led to.</summary>
/// <param name="Read">How many were read.</param>
/// <param name="Imported">How many were recorded now.</param>
/// <param name="Unchanged">How many were on record already, or something later of the same consent was.</param>
/// <param name="Refused">How many were refused.</param>
/// <remarks>The default value has read nothing. Equality compares all members.</remarks>
public readonly record struct ConsentImportProgress(long Read, long Imported, long Unchanged, long Refused);

/// <summary>What an import led to.</summary>
/// <param name="Counts">How many of what.</param>
/// <param name="Refused">Those that were refused, in the order in which they came.</param>
/// <param name="Effects">What follows outside the journal, and what of it is not done yet.</param>
public sealed record ConsentImportReport(ConsentImportProgress Counts, IReadOnlyList<RefusedConsent> Refused, ConsentEffects Effects);

/// <summary>Why a consent was not imported: stable codes.</summary>
public static class ConsentImportReasons
{
    /// <summary>The policy asks for no such consent.</summary>
    public const string UnknownConsent = "import-unknown-consent";

    /// <summary>Nobody is named, or a channel or source is no short word.</summary>
    public const string NotWellFormed = "import-not-well-formed";

    /// <summary>Where it was kept, or what proves it, is not stated (Art. 7(1)).</summary>
    public const string WithoutEvidence = "import-without-evidence";

    /// <summary>It is said to have been given in the future.</summary>
    public const string InTheFuture = "import-in-the-future";

    /// <summary>Data of the person was erased, and would come back (Art. 17).</summary>
    public const string Erased = "import-erased";

    /// <summary>The person has refused or withdrawn since (Art. 7(3)).</summary>
    public const string LaterAnswer = "import-later-answer";

    /// <summary>The purpose has ended for the person.</summary>
    public const string PurposeEnded = "import-purpose-ended";

    /// <summary>The person has been forgotten, and the vault has yet to be told: import it again when the pump has run.</summary>
    public const string Forgotten = "import-forgotten";

    /// <summary>The identifiers are those of several people.</summary>
    public const string SeveralPeople = "import-several-people";
}
