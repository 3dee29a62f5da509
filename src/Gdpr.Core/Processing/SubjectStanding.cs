using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Where a person stands, in the form that the gate decides from: a few bits per activity and data set, and how long they hold.</summary>
/// <remarks>Immutable. Asked about an instant at which it does not hold, or under another policy, the gate makes it anew from the state it was made of.</remarks>
public sealed class SubjectStanding
{
    private readonly StandingFlags[] _activities;
    private readonly bool[] _restricted;

    internal SubjectStanding(ProcessingProgram program, DataSubject subject, SubjectState? state, Instant now, bool isRegistered = true)
    {
        (Program, Subject, State, IsRegistered) = (program, subject, state, isRegistered);
        (From, Until) = state is null ? (Instant.MinValue, Instant.MaxValue) : Holds(state, now);
        _activities = new StandingFlags[program.Activities.Length];
        _restricted = new bool[program.DataSetCount];
        if (state is null)
        {
            return;
        }

        foreach (var activity in program.Activities)
        {
            _activities[activity.Index] = FlagsOf(activity, state, now);
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

    internal StandingFlags this[int activity] => _activities[activity];

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

    private static StandingFlags FlagsOf(ProgramActivity activity, SubjectState state, Instant now)
    {
        var flags = StandingFlags.None;
        if (activity.NeedsConsent || activity.NeedsMarketingConsent)
        {
            var isConsented = ConsentJudge.Judge(activity, state.ConsentTo(activity.Purpose), now) is null;
            flags |= isConsented ? StandingFlags.None : activity.NeedsConsent ? StandingFlags.NoConsent : StandingFlags.NoMarketingConsent;
        }

        if (ConsentJudge.EndedBy(activity, state) is not null)
        {
            flags |= StandingFlags.NoConsent;
        }

        if (state.Consents.Any(consent => consent.Field is not null && consent.Purpose == activity.Purpose))
        {
            flags |= StandingFlags.Details;
        }

        foreach (var objection in state.Objections.Where(one => one.Stands(now) && ObjectionJudge.Concerns(one, activity)))
        {
            flags |= ObjectionJudge.FlagOf(objection);
        }

        if (!activity.IsObligation)
        {
            foreach (var ending in state.Endings.Where(ending => state.IsEndedBy(ending, activity.Purpose)))
            {
                flags |= ending.DataSets.Count == 0 ? StandingFlags.Ended : StandingFlags.Details;
            }
        }

        return flags;
    }

    private void Restrict(ProcessingProgram program, RestrictionState restriction)
    {
        if (restriction.DataSets.All(dataSet => program.IndexOf(dataSet) >= 0))
        {
            foreach (var dataSet in restriction.DataSets)
            {
                _restricted[program.IndexOf(dataSet)] = true;
            }

            if (restriction.DataSets.Count > 0)
            {
                return;
            }
        }

        foreach (var set in program.Coverage.DataSets)
        {
            var path = set.Path.DataSetPath;
            _restricted[program.IndexOf(path)] |= NamedDataSets.Reach(restriction.DataSets, path, program.Policy);
        }
    }
}

/// <summary>What stands between an activity and a person's data.</summary>
[Flags]
internal enum StandingFlags : byte
{
    None = 0,

    /// <summary>The activity rests on consent, and none that carries it is in force for the purpose as a whole; or the person has taken the purpose back, whatever it
    /// rests on.</summary>
    NoConsent = 1,

    /// <summary>Electronic messages need a consent beside the basis, and none is in force.</summary>
    NoMarketingConsent = 2,

    ObjectionPending = 4,

    ObjectionUpheld = 8,

    /// <summary>An objection to direct marketing, over every channel.</summary>
    MarketingObjection = 16,

    /// <summary>An objection over some channel: whether it concerns a message depends on the message's.</summary>
    ChannelObjection = 32,

    Ended = 64,

    /// <summary>Something concerns single fields or data sets: it takes a closer look.</summary>
    Details = 128,
}
