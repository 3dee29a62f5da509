using System.Collections.Frozen;

namespace Gdpr.Processing;

/// <summary>The stable codes of the reasons for which the gate says no, or asks a human: what they rest on, and what would mend them.</summary>
public static class ProcessingReasons
{
    /// <summary>No activity of the policy has the purpose (Art. 5(1)(b), 30).</summary>
    public const string PurposeNotDeclared = "purpose-not-declared";

    /// <summary>The policy has no such activity, or it has another purpose (Art. 30).</summary>
    public const string ActivityNotDeclared = "activity-not-declared";

    /// <summary>The purpose's activities do not cover the data (Art. 5(1)(b)): the same data is not used for anything else.</summary>
    public const string DataNotDeclared = "data-not-declared";

    /// <summary>Nobody is known whom the data is about: nobody is registered under the key with the controller, or the vault has forgotten who it was.</summary>
    public const string PersonUnknown = "person-unknown";

    /// <summary>The controller is neither the policy's nor a registered client's.</summary>
    public const string ControllerUnknown = "controller-unknown";

    /// <summary>The data is of another controller than what is asked for (Art. 4(7), 28(3)(a)).</summary>
    public const string OtherController = "other-controller";

    /// <summary>The activity rests on no lawful basis (Art. 6(1)).</summary>
    public const string NoBasis = "no-basis";

    /// <summary>The legitimate interest has not been weighed (Art. 6(1)(f)): a human has to.</summary>
    public const string InterestNotAssessed = "interest-not-assessed";

    /// <summary>No consent is recorded (Art. 6(1)(a), 7(1)). Silence is none.</summary>
    public const string ConsentMissing = "consent-missing";

    /// <summary>The person has been asked and has not answered (Art. 4(11)).</summary>
    public const string ConsentNotAnswered = "consent-not-answered";

    /// <summary>The person has refused (Art. 7).</summary>
    public const string ConsentRefused = "consent-refused";

    /// <summary>The person has withdrawn the consent (Art. 7(3)).</summary>
    public const string ConsentWithdrawn = "consent-withdrawn";

    /// <summary>The time of the consent is over (Art. 7).</summary>
    public const string ConsentExpired = "consent-expired";

    /// <summary>What was consented to has changed (Art. 7(2)): it is to be asked for anew.</summary>
    public const string ConsentSuperseded = "consent-superseded";

    /// <summary>The consent was given to another text than the activity's (Art. 7(1)).</summary>
    public const string ConsentToOtherText = "consent-to-other-text";

    /// <summary>The consent is not explicit, or nobody knows the text that it was given to (Art. 9(2)(a), 22(2)(c)).</summary>
    public const string ConsentNotExplicit = "consent-not-explicit";

    /// <summary>The person has taken an optional field back (Art. 7(3)).</summary>
    public const string FieldTakenBack = "field-taken-back";

    /// <summary>Marketing by electronic message needs a prior consent beside its basis (Directive 2002/58/EC Art. 13).</summary>
    public const string MarketingConsentMissing = "marketing-consent-missing";

    /// <summary>An objection awaits its assessment (Art. 18(1)(d), 21(1)).</summary>
    public const string ObjectionPending = "objection-pending";

    /// <summary>An objection has been upheld (Art. 21(1)).</summary>
    public const string ObjectionUpheld = "objection-upheld";

    /// <summary>The person has objected to direct marketing (Art. 21(2)–(3)): absolute.</summary>
    public const string MarketingObjection = "marketing-objection";

    /// <summary>The person has objected to marketing over one channel, and the channel of this use is not named (Art. 21(2)).</summary>
    public const string ChannelUnknown = "channel-unknown";

    /// <summary>The data is restricted (Art. 18(2)).</summary>
    public const string Restricted = "restricted";

    /// <summary>The data is restricted, and since then the person has not consented to this use of it (Art. 18(2)).</summary>
    public const string NoConsentSinceRestriction = "no-consent-since-restriction";

    /// <summary>The purpose has ended for the person (Art. 5(1)(e), 17).</summary>
    public const string PurposeEnded = "purpose-ended";

    /// <summary>No rule keeps the record for the purpose any more (Art. 5(1)(e)).</summary>
    public const string PeriodOver = "period-over";

    /// <summary>Special categories of data without a condition (Art. 9(2)).</summary>
    public const string SpecialCategories = "special-categories";

    /// <summary>Data on offences without a ground (Art. 10). Consent is none.</summary>
    public const string Offences = "offences";

    /// <summary>An identity number without a justification (Art. 87; SFS 2018:218 3:10).</summary>
    public const string IdentityNumber = "identity-number";

    /// <summary>People are profiled in an activity that does not declare it (Art. 4(4), 5(1)(a)).</summary>
    public const string ProfilingNotDeclared = "profiling-not-declared";

    /// <summary>What the policy requires for profiling is not what the activity rests on (Art. 22(2)).</summary>
    public const string ProfilingRequirement = "profiling-requirement";

    /// <summary>A decision by automated means alone without one of the three grounds (Art. 22(1)–(2)).</summary>
    public const string AutomatedDecision = "automated-decision";

    /// <summary>A decision by automated means alone that no human reviews (Art. 22(3)).</summary>
    public const string NoHumanReview = "no-human-review";

    /// <summary>A decision by automated means alone that uses special categories of data without letter (a) or (g) (Art. 22(4)).</summary>
    public const string AutomatedOnSpecialCategories = "automated-on-special-categories";

    /// <summary>A decision by automated means alone about people who may be children (rec. 71).</summary>
    public const string AutomatedAboutChildren = "automated-about-children";

    /// <summary>Nobody is named who processes (Art. 29, 32(4)).</summary>
    public const string ActorUnknown = "actor-unknown";

    /// <summary>The policy has no such role, or it is held by the other kind of actor: people or services (Art. 32(4)).</summary>
    public const string RoleUnknown = "role-unknown";

    /// <summary>The role may not process for the purpose (Art. 29, 32(4)).</summary>
    public const string RoleWithoutPurpose = "role-without-purpose";

    /// <summary>The role may not process these categories of data for the purpose (Art. 29, 32(4)).</summary>
    public const string RoleWithoutCategory = "role-without-category";

    /// <summary>The role is bound to its own organisation, and the person's is another or not stated (Art. 29).</summary>
    public const string OtherOrganisation = "other-organisation";

    /// <summary>A role that is delegated to customers hands on a role that is not (Art. 32(4)).</summary>
    public const string RoleNotDelegated = "role-not-delegated";

    /// <summary>The organisation acts as processor, and for no registered client (Art. 28(3)).</summary>
    public const string NoClient = "no-client";

    /// <summary>No agreement is in force (Art. 26(1), 28(3)).</summary>
    public const string NoAgreement = "no-agreement";

    /// <summary>The impact that the activity names has not been assessed yet, or a high risk remains and the authority's consultation has not ended (Art. 35(1),
    /// 36(1)–(2)).</summary>
    public const string ImpactNotAssessed = "impact-not-assessed";

    /// <summary>The client's instruction does not name the activity, or is not in force (Art. 28(3)(a), 29).</summary>
    public const string OutsideInstruction = "outside-instruction";

    /// <summary>The client's instruction does not name the category of data (Art. 28(3)(a), 29).</summary>
    public const string CategoryOutsideInstruction = "category-outside-instruction";

    /// <summary>The client's instruction does not name the kind of people (Art. 28(3)(a), 29).</summary>
    public const string SubjectOutsideInstruction = "subject-outside-instruction";

    /// <summary>The data was collected for a purpose that rests on consent or law: the new one needs a new consent, or a law (Art. 6(4)).</summary>
    public const string NewConsentNeeded = "new-consent-needed";

    /// <summary>Nobody has assessed whether the new purpose is compatible with the one the data was collected for (Art. 6(4)): a human has to.</summary>
    public const string CompatibilityNotAssessed = "compatibility-not-assessed";

    /// <summary>The new purpose was found not to be compatible (Art. 6(4)).</summary>
    public const string NotCompatible = "not-compatible";

    /// <summary>People have not been told of the new purpose (Art. 13(3), 14(4)).</summary>
    public const string NoticeNotGiven = "notice-not-given";

    /// <summary>What is recorded of the person could not be read (Art. 5(2), 24). Unknown is not no.</summary>
    public const string StateUnreadable = "state-unreadable";

    /// <summary>The journal is behind its witness: it was restored or cut, and nobody has acknowledged it (Art. 32(1)(c)).</summary>
    public const string JournalRestored = "journal-restored";

    /// <summary>The journal is damaged, and nobody has acknowledged it (Art. 5(2), 32(1)(b)).</summary>
    public const string JournalDamaged = "journal-damaged";

    /// <summary>Data was restored from a backup, and what has happened since has not been replayed (Art. 32(1)(c)).</summary>
    public const string ReplayPending = "replay-pending";

    /// <summary>A rule of the host's forbids it (Art. 24).</summary>
    public const string HostRule = "host-rule";

    /// <summary>A rule of the host's could not answer (Art. 24). Unknown is not no.</summary>
    public const string HostRuleFailed = "host-rule-failed";

    /// <summary>Every reason by its code.</summary>
    public static IReadOnlyDictionary<string, ProcessingReason> All { get; } = Registered().ToFrozenDictionary(reason => reason.Code, StringComparer.Ordinal);

    /// <summary>The reason with a code.</summary>
    internal static ProcessingReason Of(string code) => All[code];

    private static IEnumerable<ProcessingReason> Registered() =>
    [
        new(PurposeNotDeclared, "Art. 5(1)(b), 30", "Declare an activity with the purpose, its basis and its data; for data collected already, Art. 6(4) comes first."),
        new(ActivityNotDeclared, "Art. 30", "Name an activity of the policy that has the purpose."),
        new(DataNotDeclared, "Art. 5(1)(b)-(c)", "Ask for the fields that the purpose's activities cover; another use of the data is declared first, after Art. 6(4)."),
        new(PersonUnknown, "Art. 4(1)", "Register the person with the subject directory, and name the key that it gives."),
        new(ControllerUnknown, "Art. 4(7)-(8)", "Name a controller that the policy declares, or register the client."),
        new(OtherController, "Art. 4(7), 28(3)(a)", "Ask within one controller: nothing crosses from one to another."),
        new(NoBasis, "Art. 6(1)", "State the activity's lawful basis in the policy."),
        new(InterestNotAssessed, "Art. 6(1)(f)", "Weigh the interest and name the assessment in the policy.", NeedsHuman: true),
        new(ConsentMissing, "Art. 6(1)(a), 7(1)", "Ask the person for consent, and record the answer."),
        new(ConsentNotAnswered, "Art. 4(11)", "Wait for the person's answer."),
        new(ConsentRefused, "Art. 7", "Respect the refusal."),
        new(ConsentWithdrawn, "Art. 7(3)", "Stop; only a new consent of the person's opens it again."),
        new(ConsentExpired, "Art. 7", "Ask the person anew."),
        new(ConsentSuperseded, "Art. 7(2)", "Ask the person anew, with the text as it is now."),
        new(ConsentToOtherText, "Art. 7(1)", "Ask the person with the activity's text."),
        new(ConsentNotExplicit, "Art. 9(2)(a), 22(2)(c)", "Ask the person for an explicit consent."),
        new(FieldTakenBack, "Art. 7(3)", "Leave the field out."),
        new(MarketingConsentMissing, "2002/58/EC Art. 13; SFS 2008:486 19 §", "Ask the person for consent before anything is sent, or use post."),
        new(ObjectionPending, "Art. 18(1)(d), 21(1)", "Wait for the assessment of the objection."),
        new(ObjectionUpheld, "Art. 21(1)", "Stop: the objection was upheld."),
        new(MarketingObjection, "Art. 21(2)-(3)", "Stop: the objection is absolute."),
        new(ChannelUnknown, "Art. 21(2)", "Name the channel of the message."),
        new(Restricted, "Art. 18(2)", "Only store it, or name the use that Art. 18(2) allows."),
        new(NoConsentSinceRestriction, "Art. 18(2)", "Ask the person for consent to this use of the restricted data, once the restriction itself is on record."),
        new(PurposeEnded, "Art. 5(1)(e), 17", "Stop: the purpose has ended for this person."),
        new(PeriodOver, "Art. 5(1)(e)", "Let the sweep dispose of the record; what is undetermined needs its missing trigger."),
        new(SpecialCategories, "Art. 9(2)", "State the activity's condition of Art. 9(2), or leave the fields out."),
        new(Offences, "Art. 10; SFS 2018:219 5 §", "State the activity's ground for data on offences, or leave the fields out."),
        new(IdentityNumber, "Art. 87; SFS 2018:218 3:10", "State why the activity needs identity numbers, or leave the fields out."),
        new(ProfilingNotDeclared, "Art. 4(4), 5(1)(a)", "Declare the activity's profiling in the policy."),
        new(ProfilingRequirement, "Art. 22(2)", "Let the activity rest on what its profiling requires."),
        new(AutomatedDecision, "Art. 22(1)-(2)", "Let a human decide, or rest the decision on contract, law or explicit consent."),
        new(NoHumanReview, "Art. 22(3)", "Name who reviews the decision when the person asks."),
        new(AutomatedOnSpecialCategories, "Art. 22(4)", "Leave special categories out of the decision, or rest them on letter (a) or (g) of Art. 9(2)."),
        new(AutomatedAboutChildren, "Art. 22, rec. 71", "Let a human decide about children."),
        new(ActorUnknown, "Art. 29, 32(4)", "Name the actor: the role, and the person or service that has it."),
        new(RoleUnknown, "Art. 32(4)", "Name a role that the policy declares for this kind of actor."),
        new(RoleWithoutPurpose, "Art. 29, 32(4)", "Permit the purpose to the role in the policy, if the task needs it."),
        new(RoleWithoutCategory, "Art. 29, 32(4)", "Permit the categories to the role in the policy, if the task needs them, or leave the fields out."),
        new(OtherOrganisation, "Art. 29, 32(4)", "Act within the own organisation, and state the person's."),
        new(RoleNotDelegated, "Art. 29, 32(4)", "Let the organisation's own administrators grant the role."),
        new(NoClient, "Art. 28(3)", "Name the person under the client whose data it is: register the client with agreement and instruction."),
        new(NoAgreement, "Art. 26(1), 28(3)", "Bring an agreement into force before anything is processed."),
        new(ImpactNotAssessed, "Art. 35(1), 36(1)-(2)", "Finish the impact assessment first; where a high risk remains, wait for the authority's advice."),
        new(OutsideInstruction, "Art. 28(3)(a), 29", "Ask the client for an instruction that names the activity."),
        new(CategoryOutsideInstruction, "Art. 28(3)(a), 29", "Ask the client for an instruction that names the category."),
        new(SubjectOutsideInstruction, "Art. 28(3)(a), 29", "Ask the client for an instruction that names the kind of people."),
        new(NewConsentNeeded, "Art. 6(4)", "Ask the person for consent to the new purpose."),
        new(CompatibilityNotAssessed, "Art. 6(4)", "Record the five factors, and have the new purpose approved.", NeedsHuman: true),
        new(NotCompatible, "Art. 6(4)", "Ask the person for consent to the new purpose."),
        new(NoticeNotGiven, "Art. 13(3), 14(4)", "Tell people of the new purpose, and record when."),
        new(StateUnreadable, "Art. 5(2), 24", "Bring the store back, and ask again."),
        new(JournalRestored, "Art. 32(1)(c)", "Replay what has happened since the backup, or acknowledge that the journal was restored."),
        new(JournalDamaged, "Art. 5(2), 32(1)(b)", "Find out what happened to the journal, and acknowledge the damage."),
        new(ReplayPending, "Art. 32(1)(c)", "Replay erasures, withdrawals, objections and restrictions newer than the backup."),
        new(HostRule, "Art. 24", "Meet the host's rule."),
        new(HostRuleFailed, "Art. 24", "Mend the host's rule, and ask again."),
    ];
}

/// <summary>Why the gate says no, or asks a human.</summary>
/// <param name="Code">The stable code, of <see cref="ProcessingReasons"/>.</param>
/// <param name="Article">What it rests on.</param>
/// <param name="Mend">What would mend it.</param>
/// <param name="NeedsHuman">Whether a human can decide otherwise; <see langword="false"/> where the answer is no.</param>
public sealed record ProcessingReason(string Code, string Article, string Mend, bool NeedsHuman = false)
{
    /// <summary>The data set that it is about, where it is one.</summary>
    public string? DataSet { get; init; }

    /// <summary>The activity that it is about, where it is one.</summary>
    public string? Activity { get; init; }

    /// <summary>What exactly: the ids of fields, categories, a role, a rule of the host's. No personal data.</summary>
    public string? About { get; init; }

    /// <summary>The code, and what it is about.</summary>
    public override string ToString() => string.Join(' ', new[] { Code, Activity, DataSet, About }.Where(part => part is not null));
}
