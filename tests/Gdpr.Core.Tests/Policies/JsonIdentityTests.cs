using Gdpr.Policies;

namespace Gdpr.Core.Tests.Policies;

public sealed class JsonIdentityTests
{
    private static readonly GdprPolicy Example = PolicyReader.Read(JsonSamples.Example).Policy!;

    [Fact]
    public void What_is_written_is_read_into_an_equal_policy()
    {
        var read = PolicyReader.Read(PolicyWriter.ToJson(Example)).Policy!;
        read.ShouldBe(Example);
        (read == Example).ShouldBeTrue();
        read.GetHashCode().ShouldBe(Example.GetHashCode());
        read.Activities.Keys.ShouldBe(Example.Activities.Keys);
        PolicyWriter.ToJson(read).ShouldBe(PolicyWriter.ToJson(Example));
        System.IO.File.WriteAllText("/tmp/x.json", PolicyWriter.ToJson(read)+PolicyWriter.ToCanonicalJson(read));
    }
}
