using System.Runtime.CompilerServices;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>What falls due by the policy itself: evidence of measures, reviews, the ends of agreements and of safeguards.</summary>
internal sealed class PolicyDueItems(EvidenceFold fold, Func<GdprPolicy> policy, Func<AdequacyList> adequacy) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (rules, evidence) = (policy(), await fold.ReadAsync(cancellationToken).ConfigureAwait(false));
        var zone = PolicyControllers.ZoneOf(rules);
        var today = LocalDays.TodayAt(now, zone);
        var judge = new ControlJudge(rules, evidence, zone, today);
        foreach (var item in OfControls(judge, zone).Concat(OfRecipients(judge, rules, zone)).Concat(OfReviews(rules, evidence, zone)).Concat(OfEnds(rules, today, zone)))
        {
            yield return item;
        }
    }

    private static IEnumerable<DueItem> OfControls(ControlJudge judge, DateTimeZone zone) =>
        from control in judge.Controls()
        from line in control.Lines
        where line.NextDue is not null
        let scope = string.Join('/', new[] { line.System, line.Capacity?.ToString(), line.Person?.ToString() }.OfType<string>())
        select Item(
            line.Person is null ? DueKinds.ControlEvidence : DueKinds.Training, $"control/{control.Id}{(scope.Length > 0 ? $"/{scope}" : "")}", line.NextDue!.Value,
            control.Owner,
            line.Person is null ? "Art. 32(1)(d)" : "Art. 32(4), 39(1)(b)", control.Id, zone) with
        {
            Controller = line.Person?.Controller ?? "",
            Subject = line.Person?.Key.Value,
        };

    private static IEnumerable<DueItem> OfRecipients(ControlJudge judge, GdprPolicy policy, DateTimeZone zone) =>
        from recipient in judge.Recipients()
        where recipient.Line.NextDue is not null
        select Item(
            DueKinds.RecipientEvidence, $"recipient/{recipient.Recipient}/{recipient.Control}", recipient.Line.NextDue!.Value,
            policy.Controls[recipient.Control].Owner, "Art. 28(3)(h)", recipient.Recipient, zone);

    private static IEnumerable<DueItem> OfReviews(GdprPolicy policy, IReadOnlyDictionary<string, EvidenceState> evidence, DateTimeZone zone)
    {
        foreach (var (id, document) in policy.Documents)
        {
            if (Reviews.DueOf(document, policy.Effective, evidence.GetValueOrDefault(EvidencePaths.Of(EvidenceKind.Document, id)), zone) is { } due)
            {
                yield return Item(DueKinds.DocumentReview, $"document/{id}", due, document.Owner ?? "", "Art. 24(1)", id, zone);
            }
        }

        foreach (var (id, assessment) in policy.Assessments)
        {
            if (Reviews.DueOf(assessment, evidence.GetValueOrDefault(EvidencePaths.Of(EvidenceKind.Assessment, id)), zone) is { } due)
            {
                yield return Item(DueKinds.AssessmentReview, $"assessment/{id}", due, assessment.By ?? "", ArticleOf(assessment.Kind), id, zone);
            }
        }
    }

    private IEnumerable<DueItem> OfEnds(GdprPolicy policy, LocalDate today, DateTimeZone zone)
    {
        foreach (var (id, agreement) in policy.Agreements)
        {
            if (agreement.Until is { } until)
            {
                yield return Item(
                    DueKinds.AgreementEnd, $"agreement/{id}", until, policy.Documents.GetValueOrDefault(agreement.Document ?? "")?.Owner ?? "",
                    agreement.Kind == AgreementKind.JointControllers ? "Art. 26" : "Art. 28(3)", id, zone);
            }
        }

        foreach (var (id, recipient) in policy.Recipients)
        {
            if (Reviews.EndOf(recipient, adequacy(), today) is { } end)
            {
                yield return Item(DueKinds.TransferEnd, $"transfer/{id}", end, "", "Art. 44", id, zone);
            }
        }
    }

    private static DueItem Item(string kind, string id, LocalDate lastDay, string owner, string article, string about, DateTimeZone zone) =>
        new(kind, id, LocalDays.EndOf(lastDay, zone), owner) { LastDay = lastDay, Article = article, About = about };

    private static string ArticleOf(AssessmentKind? kind) => kind switch
    {
        AssessmentKind.LegitimateInterest => "Art. 6(1)(f)",
        AssessmentKind.Impact => "Art. 35(11)",
        AssessmentKind.Risk => "Art. 32(2)",
        AssessmentKind.Compatibility => "Art. 6(4)",
        _ => "Art. 46",
    };
}
