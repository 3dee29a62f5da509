using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Subjects;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>Works out where measures stand on a date. Pure.</summary>
/// <param name="policy">The policy.</param>
/// <param name="evidence">The evidence, by path.</param>
/// <param name="zone">The zone in which days are counted.</param>
/// <param name="today">The local date.</param>
internal sealed class ControlJudge(GdprPolicy policy, IReadOnlyDictionary<string, EvidenceState> evidence, DateTimeZone zone, LocalDate today)
{
    public IReadOnlyList<ControlStatus> Controls() => [.. policy.Controls.Select(control => StatusOf(control.Key, control.Value))];

    public IReadOnlyList<RecipientControl> Recipients() =>
    [
        .. policy.Recipients.SelectMany(recipient => recipient.Value.RequiredControls.Select(control =>
            new RecipientControl(recipient.Key, control, OfRecipient(recipient.Key, control)))),
    ];

    public ControlLine OfRecipient(string recipient, string control) => LineOf(
        policy.Controls[control].Cadence, [.. Lines(EvidenceTarget.OfRecipient(control, recipient).Path)], FirstDue(policy.Controls[control].Cadence, policy.Effective));

    private ControlStatus StatusOf(string id, Control control)
    {
        IReadOnlyList<ControlLine> lines = control.PerPerson
            ? [.. People(id).Select(state => PersonLine(state, control))]
            : [.. ScopesOf(id, control).Select(scope => ScopeLine(id, control, scope.System, scope.Capacity))];

        // Nobody is expected to show what each has to show: that is no evidence.
        lines = lines.Count > 0 ? lines : [LineOf(control.Cadence, [], FirstDue(control.Cadence, policy.Effective))];
        return new ControlStatus(id, control.Family ?? default, control.Owner, lines) { Responsible = control.Responsible };
    }

    private ControlLine ScopeLine(string id, Control control, string? system, ProcessingCapacity? capacity) => LineOf(
        control.Cadence,
        [.. Lines(EvidencePaths.Of(EvidenceKind.Control, id)).Where(line => (line.System ?? system) == system && (line.Capacity ?? capacity) == capacity)],
        FirstDue(control.Cadence, policy.Effective)) with
    { System = system, Capacity = capacity };

    private ControlLine PersonLine(EvidenceState state, Control control) =>
        LineOf(control.Cadence, state.Lines, FirstDue(control.Cadence, LocalDays.DateOf(state.ExpectedSince!.Value, zone))) with
        {
            Person = new DataSubject(state.Controller ?? "", new SubjectKey(state.Subject!)),
        };

    private IEnumerable<EvidenceState> People(string control)
    {
        var prefix = EvidencePaths.Of(EvidenceKind.Control, control) + "/person/";
        return evidence.Values.Where(state => state.ExpectedSince is not null && state.Path.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(state => state.Path, StringComparer.Ordinal);
    }

    /// <summary>The systems and capacities that a measure names, each with each. Where it names none it is of all together, until evidence tells one from another:
    /// from then each has to be shown.</summary>
    private IEnumerable<(string? System, ProcessingCapacity? Capacity)> ScopesOf(string id, Control control)
    {
        var lines = Lines(EvidencePaths.Of(EvidenceKind.Control, id));
        string?[] systems = control.Systems.Count > 0 ? [.. control.Systems] : lines.Any(line => line.System is not null) ? [.. policy.Systems.Keys] : [null];
        ProcessingCapacity?[] capacities = control.Capacities.Count > 0 ? [.. control.Capacities]
            : lines.Any(line => line.Capacity is not null) ? [.. policy.Activities.Values.Select(activity => activity.Capacity).Distinct().Order()] : [null];
        return systems.SelectMany(system => capacities.Select(capacity => (system, capacity)));
    }

    private IReadOnlyList<EvidenceLine> Lines(string path) => evidence.GetValueOrDefault(path)?.Lines ?? [];

    private LocalDate? FirstDue(CalendarPeriod? cadence, LocalDate? from) => cadence?.EndOf(from ?? today);

    private ControlLine LineOf(CalendarPeriod? cadence, IReadOnlyList<EvidenceLine> lines, LocalDate? firstDue)
    {
        var latest = lines.Select(line => line.Latest).OrderByDescending(fact => fact.At).ThenByDescending(fact => fact.Outcome).FirstOrDefault();
        var passed = lines.Select(line => line.LastPassed).OfType<EvidenceFact>().OrderByDescending(fact => fact.At).FirstOrDefault();
        if (latest is null)
        {
            return new ControlLine(cadence is null ? ControlState.Declared : ControlState.Missing) { NextDue = firstDue, IsOverdue = today > firstDue };
        }

        var isFailed = latest.Outcome == EvidenceOutcome.Failed;

        // What failed is due at once; what was due before that stays overdue.
        var due = isFailed
            ? Reviews.Earliest(LocalDays.DateOf(latest.At, zone), passed is null ? firstDue : cadence?.EndOf(LocalDays.DateOf(passed.At, zone)))
            : cadence?.EndOf(LocalDays.DateOf(latest.At, zone));
        return new ControlLine(isFailed ? ControlState.Failed : today > due ? ControlState.Stale : ControlState.Pass)
        {
            Latest = latest.At,
            LastPassed = passed?.At,
            By = latest.By,
            Reference = latest.Reference,
            NextDue = due,
            IsOverdue = isFailed || today > due,
        };
    }
}
