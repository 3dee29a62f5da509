using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Policies.Lint;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Whether a consent may be imported: by itself, and against where the person stands. Pure.</summary>
internal sealed class ImportJudge(
    GdprPolicy policy, string controller, IReadOnlyDictionary<string, ConsentTextState> texts, ConsentOptions options, Instant now)
{
    private const int LongestLine = 1_000;

    private readonly Dictionary<(string Purpose, string? Field), ConsentTerms?> _terms = [];
    private readonly Dictionary<string, string[]> _dataSets = new(StringComparer.Ordinal);

    /// <summary>The data sets that a purpose has, by path.</summary>
    public string[] DataSetsOf(string purpose)
    {
        if (!_dataSets.TryGetValue(purpose, out var paths))
        {
            _dataSets.Add(purpose, paths = [.. ConsentTerms.DataSetsOf(policy, purpose, controller).Select(set => set.Path.DataSetPath)]);
        }

        return paths;
    }

    /// <summary>What the policy says of a consent; <see langword="null"/> where it asks for none such.</summary>
    public ConsentTerms? TermsOf(ImportedConsent consent)
    {
        var key = (consent.Purpose, consent.Field);
        if (!_terms.TryGetValue(key, out var terms))
        {
            try
            {
                terms = ConsentTerms.Of(policy, controller, consent.Purpose, consent.Field);
            }
            catch (UnknownConsentException)
            {
                // The line is refused with this reason: others are judged all the same.
                terms = null;
            }

            _terms.Add(key, terms);
        }

        return terms;
    }

    /// <summary>Why a consent may not be imported whoever gave it, or until when it holds.</summary>
    public (string? Reason, Instant? ValidUntil) Judge(ImportedConsent consent)
    {
        if (consent.Identifiers.Count == 0 || !ClearText.IsName(consent.Source) || (consent.Channel is { } channel && !ClearText.IsName(channel)))
        {
            return (string.IsNullOrWhiteSpace(consent.Source) ? ConsentImportReasons.WithoutEvidence : ConsentImportReasons.NotWellFormed, null);
        }

        if (string.IsNullOrWhiteSpace(consent.Evidence) || consent.Evidence.Length > ConsentService.LongestEvidence)
        {
            return (ConsentImportReasons.WithoutEvidence, null);
        }

        if (HostileSigns.FirstIn(consent.Evidence, isLine: false) >= 0
            || new[] { consent.Text, consent.TextVersion, consent.Language }
                .Any(one => one is { } line && (line.Length > LongestLine || HostileSigns.FirstIn(line, isLine: true) >= 0)))
        {
            return (ConsentImportReasons.NotWellFormed, null);
        }

        if (consent.OccurredAt > now)
        {
            return (ConsentImportReasons.InTheFuture, null);
        }

        if (TermsOf(consent) is not { } terms)
        {
            return (ConsentImportReasons.UnknownConsent, null);
        }

        if (consent.Text is not null && terms.Basis is { } basis && basis.Text != consent.Text)
        {
            return (ConsentReasons.OtherText, null);
        }

        if ((consent.Text ?? terms.Basis?.Text) is { } document && texts.GetValueOrDefault(document) is { } decided
            && decided.IsOutdated(consent.TextVersion, policy.Documents.Find(document)?.Version, consent.OccurredAt))
        {
            return (ConsentReasons.TextChanged, null);
        }

        if (consent.IsExplicit && (consent.Text is null || consent.TextVersion is null))
        {
            return (ConsentReasons.ExplicitWithoutText, null);
        }

        if (terms.Basis?.Explicit == true && !consent.IsExplicit)
        {
            return (ConsentReasons.NotExplicit, null);
        }

        var problems = new List<ConsentProblem>();
        var guardianUntil = ConsentChecks.CheckAge(consent.Age, consent.Guardian, terms, LocalDays.DateOf(consent.OccurredAt, terms.Zone), options, problems);
        var validUntil = ConsentChecks.Earliest(guardianUntil, ConsentChecks.EndOf(terms, consent.OccurredAt));
        return problems.Count > 0 ? (problems[0].Code, null) : validUntil <= now ? (ConsentReasons.AlreadyOver, null) : (null, validUntil);
    }

    /// <summary>Why a consent may not be imported for a person who stands so; <see langword="null"/> where it may.</summary>
    public string? Against(ImportedConsent consent, SubjectState state)
    {
        if (state.IsForgotten)
        {
            return ConsentImportReasons.Forgotten;
        }

        if (state.Objections.Any(one => one.Stands(now) && one.IsTo(consent.Purpose, MarketingPurposes.Has(policy, consent.Purpose))))
        {
            return SuppressionReasons.Objected;
        }

        if (state.Endings.Any(ending => HasErased(ending, consent)))
        {
            return ConsentImportReasons.Erased;
        }

        if (state.HasEnded(consent.Purpose))
        {
            return ConsentImportReasons.PurposeEnded;
        }

        var known = state.ConsentTo(consent.Purpose, consent.Field);
        return (known is { Phase: ConsentPhase.Refused or ConsentPhase.Withdrawn } && known.OccurredAt >= consent.OccurredAt)
            || state.TakenBackSince(consent.Purpose, consent.OccurredAt) is not null ? ConsentImportReasons.LaterAnswer : null;
    }

    /// <summary>Whether an erasure took away what a consent was for, after it was given: all of a data set that the purpose has, or the purpose itself.</summary>
    private bool HasErased(EndingState ending, ImportedConsent consent) => ending.IsErasure && ending.OccurredAt >= consent.OccurredAt
        && (ending.IsDone || ending.Purposes.Count == 0 || ending.Purposes.Contains(consent.Purpose, StringComparer.Ordinal))
        && (ending.DataSets.Count == 0 || DataSetsOf(consent.Purpose).Intersect(ending.DataSets, StringComparer.Ordinal).Any());

    /// <summary>Whether the journal has it already, or something later of the same consent.</summary>
    public static bool IsKnown(ImportedConsent consent, SubjectState state) =>
        state.ConsentTo(consent.Purpose, consent.Field) is { } known && known.Phase != ConsentPhase.Requested && known.OccurredAt >= Recorded(consent.OccurredAt);

    /// <summary>The person's state once a consent is recorded: for the next line about the same person.</summary>
    public static SubjectState After(SubjectState state, ImportedConsent consent, Instant now) => state with
    {
        Consents =
        [
            .. state.Consents.Where(one => one.Purpose != consent.Purpose || one.Field != consent.Field),
            new ConsentState(consent.Purpose, ConsentPhase.Given, Recorded(consent.OccurredAt), now) { Field = consent.Field, ImportedFrom = consent.Source },
        ],
    };

    /// <summary>An instant as the journal keeps it, to 100 nanoseconds.</summary>
    private static Instant Recorded(Instant instant) => Instant.FromUnixTimeTicks(instant.ToUnixTimeTicks());
}
