import idna, idna.idnadata as d, os, random, unicodedata
random.seed(20261121)
names="""münchen.de MÜNCHEN.de straße.de faß.de bücher.example βόλος.com βόλοσ.com παράδειγμα.gr пример.рф Пример.РФ 例え.jp 日本語.jp 中国.中国 中國.tw 한국.kr हिन्दी.भारत தமிழ்.இந்தியா ไทย.th مثال.إختبار فارسی.ir שלום.co.il արմեն.am ქართული.ge ethiopic.et አማርኛ.et ខ្មែរ.kh ລາວ.la မြန်မာ.mm ދިވެހި.mv বাংলা.bd ગુજરાતી.in ಕನ್ನಡ.in മലയാളം.in తెలుగు.in සිංහල.lk ਪੰਜਾਬੀ.in ଓଡ଼ିଆ.in བོད.cn ドメイン.jp にほんご.jp カタカナー.jp 漢字かな.jp 漢字한글.kr façade.fr naïve.com žluťoučký.cz İstanbul.tr ıstanbul.tr ñandú.es ǆ.com Ǆ.com ﬁ.com ①.com ａbc.com Ｋ.com K.com ½.com ª.com å.com Å.com café.com café.com аpple.com pаypal.com еxample.com ab‌c.com a‍b.com a­b.com a​b.com a‮b.com ‏א.com א1.com 1א.com אa.com a.אב א.1a.com ١٢.مثال م١۲.com م١2.com مـد.com ̈a.com ab--ü.com -ü.com ü-.com ü--ü.com xn--.com xn--a.com xn--mnchen-3ya.de XN--MNCHEN-3YA.de xn--mnchen-3yb.de xn--80ak6aa92e.com xn--fa-hia.de xn--a-0ga.com xn--ls8h.la xn--n3h.net xn--abc-.com xn--99999.com xn--0.com xn--zcaaa.com l·l.cat a·b.cat 〇.com 々.com ー.jp ・.jp ͵a.gr ׳א.il a׳.il ܐ.sy ߊ.com Ꭰ.com ᎀ.com 𐐨.com 😀.com ☃.com a_b.com a\u3002com a\uff0ecom a\uff61com""".split(' ')
extra=[]
pool={'greek':'αβγδεζηθικλμνξοπρτυφχψω','cyr':'абвгдежзийклмнопрстуфхцчшщъыьэюя','heb':'אבגדהוזחטיכלמנסעפצקרשת','arab':'ابتثجحخدذرزسشصضطظعغفقكلمنهوي','deva':'कखगघचछजटडतदनपबमयरलवसह','han':'一二三人大中国日本語文字水火木金土山川','kana':'あいうえおかきくけこさしすせそ','kata':'アイウエオカキクケコサシスセソ','hang':'가나다라마바사아자차카타파하','lat':'abcdefghiçéèüñøåßžščěřý','thai':'กขคงจฉชซดตถทธนบปผฝพ','geo':'აბგდევზთიკლმნოპ'}
for k,v in pool.items():
    for _ in range(12):
        n=random.randint(1,9); s=''.join(random.choice(v) for _ in range(n))
        if random.random()<.3: s+=str(random.randint(0,99))
        if random.random()<.2 and len(s)>2: s=s[:1]+'-'+s[1:]
        extra.append(s+'.com')
for _ in range(30):
    a,b=random.sample(list(pool),2)
    extra.append(random.choice(pool[a])+random.choice(pool[b])+random.choice(pool[a])+'.com')
def enc(n):
    # idna's own check (IDNA2008) of the name in lower case and NFC, each scalar by its simple or full lower-case mapping
    m=unicodedata.normalize('NFC',''.join(c.lower() for c in n))
    try: return idna.encode(m).decode()
    except Exception: return None
out=[]
for n in dict.fromkeys(names+extra):
    e=enc(n)
    out.append((' '.join('%04X'%ord(c) for c in n), e or '-'))
p=os.path.dirname(os.path.abspath(__file__))+'/'

with open(p+'idna-names.txt','w') as f:
    f.write(f"# Names as scalars in hexadecimal, and what Python's idna {idna.__version__} (IDNA2008, Unicode {d.__version__}) makes of them\n# in lower case and NFC: the ASCII form, or - where it refuses. Made by make-idna-vectors.py.\n")
    for a,b in out: f.write(a+' ; '+b+'\n')
with open(p+'idna-pvalid.txt','w') as f:
    f.write(f"# The ranges of code points that are PVALID (RFC 5892) in Python's idna {idna.__version__}, Unicode {d.__version__}.\n# First and last, in hexadecimal. Made by make-idna-vectors.py.\n")
    for r in d.codepoint_classes['PVALID']:
        lo,hi=(r>>32, (r&0xffffffff)-1) if isinstance(r,int) else r
        f.write('%04X %04X\n'%(lo,hi))
print(len(out), sum(e=='-' for _,e in out))
