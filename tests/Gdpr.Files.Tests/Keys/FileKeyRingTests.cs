using Gdpr.Files.Keys;
using Gdpr.Journals;

namespace Gdpr.Files.Tests.Keys;

public sealed class FileKeyRingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["keys.json"];

    [Fact]
    public void A_ring_that_was_created_is_opened_with_the_same_key()
    {
        var created = FileKeyRing.Create(Path);
        var opened = FileKeyRing.Open(Path);

        (opened.CurrentKeyId, opened.KeyIds.Count).ShouldBe(("k1", 1));
        opened.Authenticate("k1", "x"u8).ShouldBe(created.Authenticate("k1", "x"u8));
    }

    [Fact]
    public void Two_rings_have_different_keys() =>
        FileKeyRing.Create(Path).Authenticate("k1", "x"u8).ShouldNotBe(FileKeyRing.Create(_folder["other.json"]).Authenticate("k1", "x"u8));

    [Fact]
    public void A_ring_that_is_there_is_never_made_anew()
    {
        var before = FileKeyRing.Create(Path).Authenticate("k1", "x"u8);

        Should.Throw<KeyRingException>(() => FileKeyRing.Create(Path));

        FileKeyRing.Open(Path).Authenticate("k1", "x"u8).ShouldBe(before);
    }

    [Fact]
    public void Rotation_adds_a_key_and_keeps_the_old_ones_for_look_up()
    {
        var before = FileKeyRing.Create(Path).Authenticate("k1", "x"u8);

        var ring = FileKeyRing.Rotate(Path);

        ring.KeyIds.ShouldBe(["k2", "k1"]);
        ring.Authenticate("k1", "x"u8).ShouldBe(before);
        ring.Authenticate("k2", "x"u8).ShouldNotBe(before);
        FileKeyRing.Rotate(Path).KeyIds.ShouldBe(["k3", "k1", "k2"]);
    }

    [Fact]
    public async Task Rotations_at_once_lose_no_key()
    {
        const int Rotations = 12;
        FileKeyRing.Create(Path);

        var rotated = await Task.WhenAll(Enumerable.Range(0, Rotations).Select(_ => Task.Run(() => FileKeyRing.Rotate(Path))));

        var ring = FileKeyRing.Open(Path);
        ring.KeyIds.Count.ShouldBe(Rotations + 1);
        foreach (var one in rotated)
        {
            one.KeyIds.Select(id => one.Authenticate(id, "x"u8)).ShouldBe(one.KeyIds.Select(id => ring.Authenticate(id, "x"u8)));
        }
    }

    [Fact]
    public void A_ring_behind_a_link_is_rotated_where_it_is()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        FileKeyRing.Create(_folder["real.json"]);
        File.CreateSymbolicLink(_folder["step.json"], "real.json");
        File.CreateSymbolicLink(Path, "step.json");

        FileKeyRing.Rotate(Path).CurrentKeyId.ShouldBe("k2");

        FileKeyRing.Open(_folder["real.json"]).CurrentKeyId.ShouldBe("k2");
        new FileInfo(Path).LinkTarget.ShouldBe("step.json");
    }

    [Fact]
    public void A_missing_ring_is_not_replaced_by_a_fresh_one()
    {
        Should.Throw<KeyRingException>(() => FileKeyRing.Open(Path)).Message.ShouldContain("give it back");
        Should.Throw<KeyRingException>(() => FileKeyRing.Rotate(Path));
        File.Exists(Path).ShouldBeFalse();
    }

    [Fact]
    public void Only_the_owner_may_use_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        FileKeyRing.Create(Path);
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        FileKeyRing.Rotate(Path);
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var more in new[] { UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.GroupWrite })
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
            Should.Throw<KeyRingException>(() => FileKeyRing.Open(Path)).Message.ShouldContain("chmod 600");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"current":"k1","keys":{}}""")]
    [InlineData("""{"current":"k2","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}""")]
    [InlineData("""{"current":"k1","keys":{"k1":"AAAA"}}""")]
    [InlineData("""{"current":"k1","keys":{"k1":null}}""")]
    [InlineData("""{"current":"k1","keys":null}""")]
    [InlineData("""{"current":null,"keys":{}}""")]
    [InlineData("""{"current":"k1","keys":{"k1":"not base64, this is it"}}""")]
    [InlineData("""{"current":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"more":1}""")]
    public void What_is_no_ring_is_refused_without_telling_a_key(string content)
    {
        File.WriteAllText(Path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead);
        }

        Should.Throw<KeyRingException>(() => FileKeyRing.Rotate(Path));
        var refused = Should.Throw<KeyRingException>(() => FileKeyRing.Open(Path));

        refused.Message.ShouldContain(Path);
        refused.ToString().ShouldNotContain("not base64, this");
    }

    [Fact]
    public void A_key_that_the_ring_lacks_is_named() =>
        Should.Throw<KeyMissingException>(() => FileKeyRing.Create(Path).Authenticate("k9", "x"u8)).KeyId.ShouldBe("k9");

    public void Dispose() => _folder.Dispose();
}
