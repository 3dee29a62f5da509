using Gdpr.Breaches;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>Reports how the policy is kept, principle by principle, and in one look.</summary>
public sealed class ComplianceReports
{
    private readonly ControlEvidence _evidence;
    private readonly DueCalendar _calendar;
    private readonly BreachRegister _breaches;
    private readonly SystemRegister _systems;
    private readonly SweepAgenda _agenda;
    private readonly SweepParts _parts;

    internal ComplianceReports(
        ControlEvidence evidence, DueCalendar calendar, BreachRegister breaches, SystemRegister systems, SweepAgenda agenda, SweepParts parts)
    {
        _evidence = evidence;
        _calendar = calendar;
        _breaches = breaches;
        _systems = systems;
        _agenda = agenda;
        _parts = parts;
    }

    /// <summary>Looks at every principle of Art. 5. What cannot be read fails the call.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ComplianceReport> CreateAsync(CancellationToken cancellationToken = default)
    {
        var (now, policy) = (_parts.Clock.GetCurrentInstant(), _parts.Schedule().Policy);
        var overdue = await _calendar.ListOverdueAsync(cancellationToken).ConfigureAwait(false);
        var (controls, recipients) = (
            await _evidence.ReadAsync(cancellationToken).ConfigureAwait(false), await _evidence.ReadRecipientsAsync(cancellationToken).ConfigureAwait(false));
        var checks = new List<(DataPrinciple Principle, ComplianceCheck Check)>();
        checks.AddRange(OfPolicy(policy));
        checks.AddRange(OfDates(overdue, policy));
        checks.AddRange(OfSources());
        checks.AddRange(OfControls(ControlCoverage.Of(policy, controls), recipients));
        checks.Add(await OfJournalAsync(now, cancellationToken).ConfigureAwait(false));
        return new ComplianceReport(
            policy.Policy, policy.Version, policy.Hash, now,
            [
                .. Enum.GetValues<DataPrinciple>().Select(principle =>
                    new PrincipleResult(principle, [.. checks.Where(check => check.Principle == principle).Select(check => check.Check)])),
            ]);
    }

    /// <summary>Looks at what somebody should act on.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ComplianceHealth> ReadHealthAsync(CancellationToken cancellationToken = default)
    {
        var overdue = await _calendar.ListOverdueAsync(cancellationToken).ConfigureAwait(false);
        var controls = await _evidence.ReadAsync(cancellationToken).ConfigureAwait(false);
        var breaches = await _breaches.ListAsync(cancellationToken).ConfigureAwait(false);
        return new ComplianceHealth(
            _parts.Clock.GetCurrentInstant(),
            overdue.GroupBy(item => item.Kind, StringComparer.Ordinal).ToDictionary(kind => kind.Key, kind => kind.Sum(item => item.Count), StringComparer.Ordinal),
            controls.GroupBy(control => control.State).ToDictionary(state => state.Key, state => state.Count()),
            breaches.Count(breach => breach.IsOpen),
            await IsDamagedAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What validation says of the policy: warnings are not met, information is named and met. Errors keep a policy from being in force.</summary>
    private static IEnumerable<(DataPrinciple, ComplianceCheck)> OfPolicy(GdprPolicy policy)
    {
        var findings = PolicyLint.Check(policy);
        foreach (var principle in Enum.GetValues<DataPrinciple>())
        {
            var own = findings.Where(finding => DataPrinciples.Of(finding.Code) == principle).ToArray();
            yield return (principle, new ComplianceCheck(
                "policy-findings", new("The policy has no findings on it", "Policyn har inga anmärkningar om den"),
                own.Any(finding => finding.Severity != FindingSeverity.Information) ? CheckResult.NotMet : CheckResult.Met,
                [.. own.Select(finding => $"{finding.Code} {finding.Path}")]));
        }
    }

    private static IEnumerable<(DataPrinciple, ComplianceCheck)> OfDates(IReadOnlyList<DueItem> overdue, GdprPolicy policy)
    {
        yield return (DataPrinciple.Lawfulness, None(
            "interests-reviewed", new("Legitimate interests were weighed and reviewed in time", "Intresseavvägningar är gjorda och omprövade i tid"),
            Overdue(item => item.Kind == DueKinds.AssessmentReview && KindOf(item) is AssessmentKind.LegitimateInterest or AssessmentKind.Compatibility)));
        yield return (DataPrinciple.Lawfulness, None(
            "safeguards-hold", new("Safeguards of transfers hold", "Skyddsåtgärder för överföringar gäller"), Overdue(item => item.Kind == DueKinds.TransferEnd)));
        yield return (DataPrinciple.Lawfulness, None(
            "consents-renewed", new("Consents are asked for again in time", "Samtycken förnyas i tid"), Overdue(item => item.Kind == DueKinds.ConsentRenewal)));
        yield return (DataPrinciple.Lawfulness, None(
            "requests-answered", new("Requests are answered in time", "Begäranden besvaras i tid"), Overdue(item => item.Kind == DueKinds.Request)));
        yield return (DataPrinciple.Accuracy, None(
            "restrictions-reviewed", new("Restrictions are reviewed in time", "Begränsningar omprövas i tid"),
            Overdue(item => item.Kind == DueKinds.RestrictionReview)));
        yield return (DataPrinciple.StorageLimitation, None(
            "holds-reviewed", new("Legal holds are reviewed in time", "Bevarandebeslut omprövas i tid"), Overdue(item => item.Kind == DueKinds.HoldReview)));
        yield return (DataPrinciple.Security, None(
            "risks-assessed", new("Risks and impacts were assessed and reviewed in time", "Risker och konsekvenser är bedömda och omprövade i tid"),
            Overdue(item => item.Kind == DueKinds.AssessmentReview && KindOf(item) is AssessmentKind.Risk or AssessmentKind.Impact or AssessmentKind.Transfer)));
        yield return (DataPrinciple.Security, None(
            "breaches-handled", new("Breaches are dealt with in time", "Incidenter hanteras i tid"), Overdue(item => item.Kind == DueKinds.Breach)));
        yield return (DataPrinciple.Security, None(
            "passwords-changed", new("Passwords are changed in time", "Lösenord byts i tid"), Overdue(item => item.Kind == DueKinds.PasswordChange)));
        yield return (DataPrinciple.Accountability, None(
            "documents-reviewed", new("Documents are reviewed in time", "Dokument ses över i tid"), Overdue(item => item.Kind == DueKinds.DocumentReview)));
        yield return (DataPrinciple.Accountability, None(
            "agreements-in-force", new("Agreements are in force", "Avtal gäller"), Overdue(item => item.Kind == DueKinds.AgreementEnd)));
        yield return (DataPrinciple.Accountability, None(
            "tasks-done", new("What people have to decide is decided in time", "Det som människor ska besluta beslutas i tid"),
            Overdue(item => item.Kind == DueKinds.Task)));

        IReadOnlyList<string> Overdue(Func<DueItem, bool> isOf) => [.. overdue.Where(isOf).Select(item => item.Id)];

        AssessmentKind? KindOf(DueItem item) => policy.Assessments.GetValueOrDefault(item.About ?? "")?.Kind;
    }

    private IEnumerable<(DataPrinciple, ComplianceCheck)> OfSources()
    {
        var systems = _systems.List();
        yield return (DataPrinciple.PurposeLimitation, None(
            "sources-registered", new("Every data source belongs to a registered system", "Varje datakälla hör till ett registrerat system"),
            [.. _systems.Unregistered().Select(source => source.DataSet)]));
        yield return (DataPrinciple.Accuracy, NotKnown(
            "data-found", new("A person's data can be found in every data set", "En persons uppgifter kan hittas i varje datamängd"),
            [.. systems.SelectMany(system => system.WithoutSource)]));
        yield return (DataPrinciple.StorageLimitation, NotKnown(
            "disposal-automatic", new("What is due is disposed of without being asked; where not, people do it", "Gallring sker automatiskt; i annat fall för hand"),
            _parts.Inventory.WithoutDisposal(_parts.Schedule())));
    }

    private static IEnumerable<(DataPrinciple, ComplianceCheck)> OfControls(ControlCoverage coverage, IReadOnlyList<RecipientControl> recipients)
    {
        var lacking = coverage.Families.SelectMany(family => family.Controls).Where(control => control.State is not (ControlState.Pass or ControlState.Declared));
        yield return (DataPrinciple.Security, None(
            "controls-evidenced", new("Measures have fresh evidence", "Åtgärder har färska belägg"),
            [.. lacking.Select(control => $"{control.Id} {control.State}")]));
        yield return (DataPrinciple.Security, None(
            "activities-protected", new("Every activity is protected by a measure", "Varje behandling skyddas av en åtgärd"), coverage.UnprotectedActivities));
        yield return (DataPrinciple.Accountability, None(
            "recipients-evidenced", new("Recipients show evidence of the measures required of them", "Mottagare visar belägg för de åtgärder som krävs av dem"),
            [.. recipients.Where(one => one.Line.State != ControlState.Pass).Select(one => $"{one.Recipient} {one.Control} {one.Line.State}")]));
    }

    private async ValueTask<(DataPrinciple, ComplianceCheck)> OfJournalAsync(Instant now, CancellationToken cancellationToken)
    {
        var isDamaged = await IsDamagedAsync(cancellationToken).ConfigureAwait(false);
        var isDue = await _agenda.IsVerificationDueAsync(now, cancellationToken).ConfigureAwait(false);
        return (DataPrinciple.Accountability, new ComplianceCheck(
            "journal-intact", new("The journal is whole, and was verified of late", "Journalen är hel och nyligen verifierad"),
            isDamaged ? CheckResult.NotMet : isDue ? CheckResult.Unknown : CheckResult.Met, isDamaged ? ["damaged"] : isDue ? ["verification-due"] : []));
    }

    private async ValueTask<bool> IsDamagedAsync(CancellationToken cancellationToken) =>
        await _parts.Damage.IsDamagedAsync(cancellationToken).ConfigureAwait(false)
        || await _parts.Guard.FindMissingAsync(cancellationToken).ConfigureAwait(false) is not null;

    private static ComplianceCheck None(string code, DeadlineText title, IReadOnlyList<string> wrong) =>
        new(code, title, wrong.Count == 0 ? CheckResult.Met : CheckResult.NotMet, wrong);

    private static ComplianceCheck NotKnown(string code, DeadlineText title, IReadOnlyList<string> unknown) =>
        new(code, title, unknown.Count == 0 ? CheckResult.Met : CheckResult.Unknown, unknown);
}
