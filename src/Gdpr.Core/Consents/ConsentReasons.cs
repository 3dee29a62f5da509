namespace Gdpr.Consents;

/// <summary>Why a consent is not valid, or ended: stable codes.</summary>
public static class ConsentReasons
{
    /// <summary>The version of the text that was shown is not stated: nobody could prove what was consented to (Art. 7(1)).</summary>
    public const string NoTextVersion = "consent-text-version-missing";

    /// <summary>The document shown is not the one that the policy asks by (Art. 7(1), 7(2)).</summary>
    public const string OtherText = "consent-text-other";

    /// <summary>The version shown is not the one in force: what it says is not what would be done (Art. 4(11)).</summary>
    public const string TextNotCurrent = "consent-text-not-current";

    /// <summary>The text does not exist in the language stated, so it was not shown in it (Art. 7(2)).</summary>
    public const string UnknownLanguage = "consent-language-unknown";

    /// <summary>There was no clear affirmative act: silence, a box ticked beforehand, going on to use something (Art. 4(11), rec. 32).</summary>
    public const string NoActiveAct = "consent-no-active-act";

    /// <summary>The same act answered something else too: another purpose, terms (Art. 7(2), rec. 43).</summary>
    public const string Bundled = "consent-bundled";

    /// <summary>Something was made to depend on the consent that does not need it (Art. 7(4)).</summary>
    public const string Conditional = "consent-conditional";

    /// <summary>The purpose needs explicit consent, and the act was not explicit (Art. 9(2)(a), 22(2)(c), 49(1)(a)).</summary>
    public const string NotExplicit = "consent-not-explicit";

    /// <summary>Explicit consent to a text that nobody knows (Art. 9(2)(a), 22(2)(c), 49(1)(a)).</summary>
    public const string ExplicitWithoutText = "consent-explicit-text-unknown";

    /// <summary>It is said to have been given before it was recorded: only an import, with source and evidence, does that (Art. 7(1)).</summary>
    public const string BackDated = "consent-back-dated";

    /// <summary>Its time is over already.</summary>
    public const string AlreadyOver = "consent-already-over";

    /// <summary>The person is a child below the limit: whoever holds parental responsibility must consent (Art. 8(1)).</summary>
    public const string GuardianNeeded = "consent-guardian-needed";

    /// <summary>Nobody knows whether the person is a child below the limit, and the service is offered to children (Art. 8(1)).</summary>
    public const string AgeUnknown = "consent-age-unknown";

    /// <summary>Nobody has verified that who consented holds parental responsibility (Art. 8(2)).</summary>
    public const string GuardianNotVerified = "consent-guardian-not-verified";

    /// <summary>Whoever is said to have consented for the child is the child itself, or somebody of another organisation (Art. 8(1)).</summary>
    public const string GuardianIsChild = "consent-guardian-is-child";

    /// <summary>Its time is over: it is to be asked for again (Art. 5(1)(e), 7).</summary>
    public const string Expired = "consent-expired";

    /// <summary>The child has come of the age at which it consents itself (Art. 8(1)).</summary>
    public const string ChildOfAge = "consent-child-of-age";

    /// <summary>The text has changed in what matters: what was consented to is no longer what is done (Art. 4(11), 7(1)).</summary>
    public const string TextChanged = "consent-text-changed";

    /// <summary>A person has withdrawn (Art. 7(3)).</summary>
    public const string Withdrawn = "consent-withdrawn";

    /// <summary>The person has consented to what was objected to (Art. 21(2)).</summary>
    public const string ConsentedAnew = "consented-anew";

    /// <summary>The person has unsubscribed (Art. 7(3), 21(3)).</summary>
    public const string Unsubscribed = "unsubscribed";
}
