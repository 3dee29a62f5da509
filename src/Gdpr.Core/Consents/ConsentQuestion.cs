using Gdpr.Policies;
using Gdpr.Policies.Lint;

namespace Gdpr.Consents;

/// <summary>What a person is asked, and told before answering (Art. 4(11), 7(2)–(3), 13(2)(c)): to be shown by itself, with nothing ticked.</summary>
/// <param name="Controller">The controller's id.</param>
/// <param name="Purpose">The purpose's id.</param>
/// <param name="Shown">The text, as <see cref="ConsentGrant"/> names it back.</param>
public sealed record ConsentQuestion(string Controller, string Purpose, ShownText Shown)
{
    /// <summary>The path of the optional field that it is about alone, or <see langword="null"/>.</summary>
    public string? Field { get; init; }

    /// <summary>The controller's name.</summary>
    public string ControllerName { get; init; } = "";

    /// <summary>What the purpose is called.</summary>
    public string PurposeTitle { get; init; } = "";

    /// <summary>What the person is asked; empty where the policy holds no text.</summary>
    public string Text { get; init; } = "";

    /// <summary>What refusing, or withdrawing later, leads to; <see langword="null"/> where the policy says nothing: then it leads to nothing else.</summary>
    public string? Consequence { get; init; }

    /// <summary>That consent can be withdrawn at any time, and where (Art. 7(3)).</summary>
    public string Withdrawal { get; init; } = "";

    /// <summary>Whether the answer must be explicit (Art. 9(2)(a), 22(2)(c), 49(1)(a)).</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Whether the age has to be asked for first (Art. 8).</summary>
    public bool NeedsAge { get; init; }

    internal static ConsentQuestion Of(ConsentTerms terms, string language)
    {
        var (policy, document) = (terms.Policy, terms.Document);
        var controller = policy.Controllers[terms.Controller];
        return new ConsentQuestion(terms.Controller, terms.Purpose, new ShownText(terms.Basis?.Text ?? "", document?.Version ?? "", language))
        {
            Field = terms.Field,
            ControllerName = controller.Name,
            PurposeTitle = (policy.Purposes.Find(terms.Purpose) ?? Vocabulary.Purposes.Find(terms.Purpose))?.Title?.In(LanguageOf(language)) ?? terms.Purpose,
            Text = TextIn(document?.Text, language) ?? "",
            Consequence = terms.Consequence?.In(LanguageOf(language)),
            Withdrawal = new LocalizedText
            {
                En = $"You can withdraw your consent at any time, where you gave it or at {controller.Contact}.",
                Sv = $"Du kan när som helst återkalla samtycket, där du lämnade det eller via {controller.Contact}.",
            }.In(LanguageOf(language)),
            IsExplicit = terms.Basis?.Explicit == true,
            NeedsAge = terms.MayBeChildren,
        };
    }

    /// <summary>The text in exactly the language; <see langword="null"/> where there is none in it.</summary>
    internal static string? TextIn(LocalizedText? text, string language) => LanguageOf(language) switch
    {
        "en" => text?.En,
        "sv" => text?.Sv,
        _ => null,
    };

    /// <summary>The first subtag of a language tag, in lower case.</summary>
    internal static string LanguageOf(string language) => language.Split('-')[0].ToLowerInvariant();
}
