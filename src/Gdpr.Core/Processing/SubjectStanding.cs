using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Where a person stands, in the form that the gate decides from: a bit per activity and data set, and how long they hold.</summary>
/// <remarks>Immutable. Asked about an instant at which it does not hold, or under another policy, the gate makes it anew from the state it was made of.</remarks>
public sealed class SubjectStanding
{
    private readonly bool[] _activities;
    private readonly bool[] _restricted;

    internal SubjectStanding(ProcessingProgram program, DataSubject subject, SubjectState? state, Instant now, bool isRegistered = true)
    {
        (Program, Subject, State, IsRegistered) = (program, subject, state, isRegistered);
        (From, Until) = state is null ? (Instant.MinValue, Instant.MaxValue) : Holds(state, now);
        _activities = new bool[program.Activities.Length];
        _restricted = new bool[program.DataSetCount];
        if (state is null)
        {
            return;
        }

        foreach (var activity in program.Activities)
        {
            _activities[activity.Index] = TakesCloserLook(activity, state, now);
        }

        foreach (var restriction in state.Restrictions.Where(one => one.Stands))
        {
            Restrict(program, restriction);
        }
    }

    /// <summary>The person.</summary>
    public DataSubject Subject { get; }

    /// <summary>The first instant at which it holds.</summary>
    public Instant From { get; }

    /// <summary>The first instant at which it holds no longer: something in it changes by time alone.</summary>
    public Instant Until { get; }

    /// <summary>Whether what is recorded of the person could not be read: nothing is allowed then.</summary>
    public bool IsUnreadable => State is null;

    /// <summary>Whether the journal knows the person at all. Whoever it does not know is nobody, and not somebody of whom nothing is recorded.</summary>
    internal bool IsRegistered { get; }

    internal ProcessingProgram Program { get; }

    internal SubjectState? State { get; }

    /// <summary>The standing of a person of whom nothing could be read.</summary>
    /// <param name="program">The program.</param>
    /// <param name="subject">The person.</param>
    public static SubjectStanding Unreadable(ProcessingProgram program, DataSubject subject)
    {
        ArgumentNullException.ThrowIfNull(program);
        return new SubjectStanding(program, subject, null, Instant.MinValue);
    }

    /// <summary>Whether something may stand between an activity and the person's data: <see cref="PersonReasons"/> says whether it does.</summary>
    internal bool this[int activity] => _activities[activity];

    internal bool IsRestricted(int dataSet) => _restricted[dataSet];

    internal bool HoldsFor(ProcessingProgram program, Instant now) => ReferenceEquals(program, Program) && now >= From && now < Until;

    internal SubjectStanding For(ProcessingProgram program, Instant now) => new(program, Subject, State, now, IsRegistered);

    /// <summary>The instants around now between which nothing changes by time alone.</summary>
    private static (Instant From, Instant Until) Holds(SubjectState state, Instant now)
    {
        var (from, until) = (Instant.MinValue, Instant.MaxValue);
        foreach (var change in state.Consents.SelectMany(consent => new[] { consent.OccurredAt, consent.ValidUntil })
            .Concat(state.Objections.Select(objection => objection.Until)).OfType<Instant>())
        {
            if (change <= now)
            {
                from = Instant.Max(from, change);
            }
            else
            {
                until = Instant.Min(until, change);
            }
        }

        return (from, until);
    }

    private static bool TakesCloserLook(ProgramActivity activity, SubjectState state, Instant now) =>
        ((activity.NeedsConsent || activity.NeedsMarketingConsent) && ConsentJudge.Judge(activity, state.ConsentTo(activity.Purpose), now) is not null)
        || ConsentJudge.EndedBy(activity, state) is not null
        || state.Consents.Any(consent => consent.Field is not null && consent.Purpose == activity.Purpose)
        || state.Objections.Any(objection => objection.Stands(now) && ObjectionJudge.Concerns(objection, activity))
        || (!activity.IsObligation && state.Endings.Any(ending => state.IsEndedBy(ending, activity.Purpose)));

    private void Restrict(ProcessingProgram program, RestrictionState restriction)
    {
        foreach (var set in program.Coverage.DataSets)
        {
            var path = set.Path.DataSetPath;
            _restricted[program.IndexOf(path)] |= NamedDataSets.Reach(restriction.DataSets, path, program.Policy);
        }
    }
}
