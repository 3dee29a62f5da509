using Gdpr.Policies.Building;

namespace Gdpr.Policies;

/// <content>Shorter ways of declaring what is declared most often.</content>
public sealed partial class PolicyBuilder
{
    /// <summary>A controller that the policy declares (Art. 4(7)).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="describe">Describes it.</param>
    public PolicyBuilder Controller(string id, Action<ControllerBuilder> describe) =>
        Controller(id, ControllerBuilder.Make(Open().Of("controllers").Of(id), describe));

    /// <summary>A system that holds personal data.</summary>
    /// <param name="id">Its id, without dots.</param>
    /// <param name="describe">Describes it.</param>
    public PolicyBuilder System(string id, Action<SystemBuilder> describe) =>
        System(id, SystemBuilder.Make(Open().Of("systems").Of(id), describe));

    /// <summary>A processing activity. The order of activities breaks ties between rules.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="describe">Describes it.</param>
    public PolicyBuilder Activity(string id, Action<ActivityBuilder> describe) =>
        Activity(id, ActivityBuilder.Make(Open().Of("activities").Of(id), describe));

    /// <summary>A kind of people whose data is processed.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="en">What they are called, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    /// <param name="children">Whether they may be children (Art. 8).</param>
    public PolicyBuilder Subject(string id, string en, string? sv = null, bool children = false) =>
        Subject(id, new SubjectCategory { Title = Texts.Of(en, sv), Children = children });

    /// <summary>A category of personal data.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="en">What it is called, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    /// <param name="kind">What the kind of data requires.</param>
    /// <param name="dpv">The matching term of the W3C Data Privacy Vocabulary.</param>
    public PolicyBuilder Category(string id, string en, string? sv = null, DataCategoryKind? kind = null, string? dpv = null) =>
        Category(id, new DataCategory { Title = Texts.Of(en, sv), Kind = kind, Dpv = dpv });

    /// <summary>A purpose with a title of its own.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="en">What it is called, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    /// <param name="directMarketing">Whether this is direct marketing (Art. 21(2)).</param>
    public PolicyBuilder Purpose(string id, string en, string? sv = null, bool directMarketing = false) =>
        Purpose(id, new Purpose { Title = Texts.Of(en, sv), DirectMarketing = directMarketing });

    /// <summary>A document that the policy refers to.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="kind">What kind of document it is.</param>
    /// <param name="en">What it is called, in English.</param>
    /// <param name="sv">The same in Swedish.</param>
    /// <param name="text">The text itself, where it is shown to people and agreed to.</param>
    public PolicyBuilder Document(string id, DocumentKind kind, string en, string? sv = null, LocalizedText? text = null) =>
        Document(id, new PolicyDocument { Kind = kind, Title = Texts.Of(en, sv), Text = text });
}
