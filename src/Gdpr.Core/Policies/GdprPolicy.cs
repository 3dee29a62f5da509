using NodaTime;

namespace Gdpr.Policies;

/// <summary>What may be done with personal data, and why: the one document that a host states once and everything else is decided by.</summary>
/// <remarks>
/// <para>A policy is immutable and validated as a whole. It holds no state and reads no clock; what happens to people stands in the
/// journal, where their data is stands in the data sources.</para>
/// <para>Read one with <see cref="PolicyReader"/>, or build the same thing in C# with <see cref="PolicyBuilder"/>. Two policies are equal
/// when their canonical JSON has the same hash (<see cref="Hash"/>); the hash is the policy's identity.</para>
/// <para>The order of declarations matters in two places: where two rules end on the same day, the first activity's is named; and a data set's
/// triggers are the order of a record's values.</para>
/// </remarks>
public sealed partial class GdprPolicy
{
    /// <summary>The policy's id, the same through all its versions.</summary>
    [RequiredInPolicy]
    public string Policy { get => field ?? ""; init; }

    /// <summary>The version, unique among the versions of this policy.</summary>
    [RequiredInPolicy]
    public string Version { get => field ?? ""; init; }

    /// <summary>The first local date, inclusive, on which this version is in force.</summary>
    [RequiredInPolicy]
    public LocalDate? Effective { get; init; }

    /// <summary>What the policy is called in rendered texts.</summary>
    public LocalizedText? Title { get; init; }

    /// <summary>The controllers that the policy declares (Art. 4(7)). With exactly one, it is the default everywhere.</summary>
    [RequiredInPolicy]
    public IReadOnlyDictionary<string, Controller> Controllers { get => field ?? PolicyMap<Controller>.Empty; init; }

    /// <summary>The kinds of people whose data is processed (Art. 30(1)(c)). Ids of the built-in vocabulary need no declaration.</summary>
    public IReadOnlyDictionary<string, SubjectCategory> Subjects { get => field ?? PolicyMap<SubjectCategory>.Empty; init; }

    /// <summary>The categories of personal data (Art. 30(1)(c)). Ids of the built-in vocabulary need no declaration.</summary>
    public IReadOnlyDictionary<string, DataCategory> Categories { get => field ?? PolicyMap<DataCategory>.Empty; init; }

    /// <summary>Titles for the purposes that activities name (Art. 5(1)(b)). Optional: an activity's purpose is declared by naming it.</summary>
    public IReadOnlyDictionary<string, Purpose> Purposes { get => field ?? PolicyMap<Purpose>.Empty; init; }

    /// <summary>Where personal data may come from, and through which channel (Art. 13, 14(2)(f)).</summary>
    public IReadOnlyDictionary<string, DataOrigin> Origins { get => field ?? PolicyMap<DataOrigin>.Empty; init; }

    /// <summary>The systems that hold personal data, with their data sets.</summary>
    [RequiredInPolicy]
    public IReadOnlyDictionary<string, DataSystem> Systems { get => field ?? PolicyMap<DataSystem>.Empty; init; }

    /// <summary>The processing activities (Art. 30): purpose, lawful basis, data, retention and recipients. Their order breaks ties between rules.</summary>
    [RequiredInPolicy]
    public IReadOnlyDictionary<string, Activity> Activities { get => field ?? PolicyMap<Activity>.Empty; init; }

    /// <summary>The services offered to customers, each with the activities it consists of and its agreement.</summary>
    public IReadOnlyDictionary<string, Service> Services { get => field ?? PolicyMap<Service>.Empty; init; }

    /// <summary>Those to whom personal data may be disclosed (Art. 4(9)), processors included. Anyone else is denied.</summary>
    public IReadOnlyDictionary<string, Recipient> Recipients { get => field ?? PolicyMap<Recipient>.Empty; init; }

    /// <summary>Agreements with processors, sub-processors, customers and joint controllers (Art. 26, 28(3)).</summary>
    public IReadOnlyDictionary<string, Agreement> Agreements { get => field ?? PolicyMap<Agreement>.Empty; init; }

    /// <summary>The roles of people and services, and what each may process. What no role permits is denied (Art. 29, 32(4)).</summary>
    public IReadOnlyDictionary<string, Role> Roles { get => field ?? PolicyMap<Role>.Empty; init; }

    /// <summary>Technical and organisational measures (Art. 24, 25, 32).</summary>
    public IReadOnlyDictionary<string, Control> Controls { get => field ?? PolicyMap<Control>.Empty; init; }

    /// <summary>Rules that passwords must meet, and the systems each governs.</summary>
    public IReadOnlyDictionary<string, PasswordRule> PasswordRules { get => field ?? PolicyMap<PasswordRule>.Empty; init; }

    /// <summary>Documents that the policy refers to: policies, routines, notices, consent texts, terms.</summary>
    public IReadOnlyDictionary<string, PolicyDocument> Documents { get => field ?? PolicyMap<PolicyDocument>.Empty; init; }

    /// <summary>Assessments on record: balancing of interests, impact, risk, compatibility, transfer.</summary>
    public IReadOnlyDictionary<string, Assessment> Assessments { get => field ?? PolicyMap<Assessment>.Empty; init; }

    /// <summary>Values that the organisation's own documents do not settle, stated explicitly and marked as such.</summary>
    public IReadOnlyList<Assumption> Assumptions { get => field ?? []; init; }
}
