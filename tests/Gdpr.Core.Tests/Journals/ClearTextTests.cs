using Gdpr.Journals;

namespace Gdpr.Core.Tests.Journals;

/// <summary>What stands in the journal in the clear is a word, wherever it comes from.</summary>
public sealed class ClearTextTests
{
    [Theory]
    [InlineData("web", true, true, true)]
    [InlineData("case:17", false, true, true)]
    [InlineData("matters/17", false, false, true)]
    [InlineData("anna@marker.example", false, false, false)]
    [InlineData("Anna Marker", false, false, false)]
    [InlineData("åsa", false, false, false)]
    [InlineData("", false, false, false)]
    public void Names_words_and_codes_are_of_a_few_signs(string text, bool isName, bool isWord, bool isCode)
    {
        ClearText.IsName(text).ShouldBe(isName);
        Check(ClearText.CheckName, text, isName);
        Check(ClearText.CheckWord, text, isWord);
        Check(ClearText.CheckCode, text, isCode);
    }

    [Theory]
    [InlineData(32, true, true, true)]
    [InlineData(33, false, true, true)]
    [InlineData(65, false, false, true)]
    [InlineData(129, false, false, false)]
    public void Names_words_and_codes_have_a_longest(int length, bool isName, bool isWord, bool isCode) =>
        Names_words_and_codes_are_of_a_few_signs(new string('a', length), isName, isWord, isCode);

    [Fact]
    public void Only_a_code_has_to_be_stated()
    {
        Check(ClearText.CheckName, null, isRight: true);
        Check(ClearText.CheckWord, null, isRight: true);
        Check(ClearText.CheckCode, null, isRight: false);
    }

    private static void Check(Action<string?, string> check, string? text, bool isRight)
    {
        var checking = () => check(text, "member");
        if (isRight)
        {
            checking.ShouldNotThrow();
        }
        else
        {
            var exception = checking.ShouldThrow<ArgumentException>();
            exception.ParamName.ShouldBe("member");
            exception.Message.ShouldNotContain(text is { Length: > 0 } ? text : "\0");
        }
    }
}
